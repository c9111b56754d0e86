/** One line of a change. */
export interface DiffLine {
  type: 'context' | 'added' | 'removed';
  /** Numbers in the old and the new file; null where the line is not in it. */
  oldLine: number | null;
  newLine: number | null;
  /** Without its line feed; a carriage return before that is part of it. */
  text: string;
  /** The file ends here, without a line feed. */
  endsFile: boolean;
}

/**
 * Lines of a change that are read, coloured and drawn together: a hunk, or a piece of one that is long. What they say
 * is read when it is wanted.
 */
export interface Block {
  /** What git says of the hunk that begins here, such as the function that it is in; null in the middle of one. */
  header: string | null;
  /** Where its lines are in the section. */
  start: number;
  end: number;
  /** Numbers of its first line on both sides. */
  oldStart: number;
  newStart: number;
  lines: number;
}

export interface Blocks {
  blocks: Block[];
  /** Every line ends with CR LF, so that this is no news of any. */
  isCrLf: boolean;
}

/** A longer hunk is cut: where nothing changed, as soon as it may be, and at the latest after `MAX_LINES`. */
const MAY_END_LINES = 150;
const MAX_LINES = 300;
const CARRIAGE_RETURN = 13;

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/** Finds the blocks of one file's section, from its first `@@` on, without making a string of each line. */
export function findBlocks(section: string): Blocks {
  const finder = new BlockFinder();
  for (let at = 0; at < section.length;) {
    const found = section.indexOf('\n', at);
    const end = found === -1 ? section.length : found;
    finder.take(section, at, end);
    at = end + 1;
  }
  return finder.finish();
}

class BlockFinder {
  readonly #blocks: Block[] = [];
  #block: Block | null = null;
  /** Numbers of the next line, and how many the hunk still has on each side. */
  #old = { next: 0, left: 0 };
  #new = { next: 0, left: 0 };
  #isCrLf = true;

  take(section: string, at: number, end: number): void {
    const sign = section[at];
    if (this.#old.left <= 0 && this.#new.left <= 0 && sign !== '\\') {
      this.#heading(section.slice(at, end), end + 1);
      return;
    }
    if (!this.#block) return;
    if (sign !== '\\') {
      if (isFull(this.#block, sign)) this.#cut(at);
      if (sign !== '+') step(this.#old);
      if (sign !== '-') step(this.#new);
      this.#block.lines += 1;
      if (section.charCodeAt(end - 1) !== CARRIAGE_RETURN) this.#isCrLf = false;
    }
    this.#block.end = end;
  }

  finish(): Blocks {
    if (this.#block) this.#blocks.push(this.#block);
    return { blocks: this.#blocks, isCrLf: this.#isCrLf && this.#blocks.length > 0 };
  }

  #heading(line: string, start: number): void {
    const [whole, oldStart, oldCount = '1', newStart, newCount = '1', header = ''] = HUNK.exec(line) ?? [];
    if (whole === undefined) return;
    if (this.#block) this.#blocks.push(this.#block);
    this.#old = { next: Number(oldStart), left: Number(oldCount) };
    this.#new = { next: Number(newStart), left: Number(newCount) };
    this.#begin(header, start);
  }

  #cut(start: number): void {
    if (this.#block) this.#blocks.push(this.#block);
    this.#begin(null, start);
  }

  #begin(header: string | null, start: number): void {
    const numbers = { oldStart: this.#old.next, newStart: this.#new.next };
    this.#block = { header, start, end: start, ...numbers, lines: 0 };
  }
}

function isFull({ lines }: Block, nextSign: string | undefined): boolean {
  return lines >= MAX_LINES || (lines >= MAY_END_LINES && nextSign === ' ');
}

function step(side: { next: number; left: number }): void {
  side.next += 1;
  side.left -= 1;
}

/** Reads the lines of a block. */
export function readBlock(section: string, block: Block): DiffLine[] {
  const lines: DiffLine[] = [];
  let [oldLine, newLine] = [block.oldStart, block.newStart];
  for (const line of section.slice(block.start, block.end).split('\n')) {
    const last = lines.at(-1);
    if (line.startsWith('\\')) {
      if (last) last.endsFile = true;
      continue;
    }
    const type = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'context';
    lines.push({
      type,
      oldLine: type === 'added' ? null : oldLine++,
      newLine: type === 'removed' ? null : newLine++,
      text: line.slice(1),
      endsFile: false,
    });
  }
  return lines;
}
