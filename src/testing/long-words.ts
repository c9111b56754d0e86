// Words, code and output of a made-up project, chosen by chance that repeats.

/** A source of chance that is the same for the same seed: mulberry32 over a hash of the text. */
export class Chance {
  #state: number;

  constructor(seed: string) {
    this.#state = 1;
    for (const char of seed) this.#state = Math.imul(this.#state ^ (char.codePointAt(0) ?? 0), 16_777_619);
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.between(0, list.length - 1)] ?? list[0];
  }

  /** A UUID of version 4. */
  uuid(): string {
    const hex = (digits: number) =>
      Array.from({ length: digits }, () => this.between(0, 15).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  }
}

const SUBJECTS = ['The cart', 'The login page', 'A cached total', 'The theme', 'The order query'] as const;
const VERBS = ['reads', 'keeps', 'rounds', 'shows', 'forgets', 'loads'] as const;
const OBJECTS = [
  'the price twice',
  'a stale copy',
  'its own state',
  'the last page',
  'one row too many',
] as const;
const ENDS = ['before it renders', 'on every request', 'when nobody is signed in', 'after a reload'] as const;
const ASKED = ['Fix', 'Look into', 'Write a test for', 'Explain', 'Tidy up'] as const;
const THINGS = [
  'the flaky login test',
  'rounding in the cart',
  'the dark theme',
  'the order export',
] as const;
const FOLDERS = ['src/cart', 'src/login', 'src/theme', 'src/orders', 'src/kit', 'tests'] as const;
const FILES = ['total.ts', 'index.ts', 'use-cart.tsx', 'query.ts', 'theme.test.ts', 'button.tsx'] as const;

export function sentence(chance: Chance): string {
  return `${chance.pick(SUBJECTS)} ${chance.pick(VERBS)} ${chance.pick(OBJECTS)} ${chance.pick(ENDS)}.`;
}

function paragraph(chance: Chance, sentences: number): string {
  return Array.from({ length: sentences }, () => sentence(chance)).join(' ');
}

export function request(chance: Chance): string {
  return `${chance.pick(ASKED)} ${chance.pick(THINGS)}. ${sentence(chance)}`;
}

export function filePath(chance: Chance): string {
  return `${chance.pick(FOLDERS)}/${chance.pick(FILES)}`;
}

function code(chance: Chance): string {
  const lines = Array.from(
    { length: chance.between(3, 14) },
    (_, line) => `  const step${line} = total(${chance.between(1, 99)}, 'eur'); // ${sentence(chance)}`,
  );
  return ['```ts', 'export function settle(): number {', ...lines, '  return step0;', '}', '```'].join('\n');
}

/** What an agent says, in Markdown: mostly a paragraph, at times with a list, a table or code. */
export function markdown(chance: Chance): string {
  const blocks = [paragraph(chance, chance.between(1, 4))];
  const kind = chance.between(0, 9);
  if (kind < 3) blocks.push(code(chance), paragraph(chance, 2));
  else if (kind < 5) {
    blocks.unshift('## What I found');
    blocks.push(
      Array.from(
        { length: chance.between(2, 5) },
        () => `- \`${filePath(chance)}\`: **${sentence(chance)}**`,
      ).join('\n'),
    );
  } else if (kind === 5) {
    blocks.push(
      ['| file | lines |', '| --- | ---: |', `| ${filePath(chance)} | ${chance.between(1, 900)} |`].join(
        '\n',
      ),
    );
  }
  return blocks.join('\n\n');
}

/** What a command prints. */
export function output(chance: Chance, lines: number): string {
  return Array.from(
    { length: lines },
    (_, line) =>
      `${String(line + 1).padStart(4)}  ${filePath(chance)}:${chance.between(1, 400)}  ${sentence(chance)}`,
  ).join('\n');
}

export function source(chance: Chance, lines: number): string {
  return Array.from(
    { length: lines },
    (_, line) => `${line + 1}\tconst value${line} = ${chance.between(0, 999)};`,
  ).join('\n');
}
