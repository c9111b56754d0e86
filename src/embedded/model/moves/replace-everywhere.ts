import { parseChange, parseGrep } from '../tool-output';
import { changeLines, openFile, openForEdit, type OpenFile } from './files';
import { done, refused, shownPath, unchanged, use, type Desk, type Outcome, type Work } from './desk';

/** A replacement of one text by another, as a rename or word for word. */
interface Replacement {
  from: string;
  to: string;
  /** Only where it stands as a whole identifier. */
  isWholeWord: boolean;
}

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Rounds of searching: each shows 100 matches at most, and done files drop out of the next. */
const MAX_ROUNDS = 20;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const wordExpression = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_$])`, 'gu');

const count = (lines: readonly string[], part: string): number => lines.join('\n').split(part).length - 1;

const places = (amount: number, noun: string): string =>
  `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;

/** Changes one open file; returns how many places changed, or why it could not be. */
function* changeOne(desk: Desk, file: OpenFile, replacement: Replacement): Work<number | Outcome> {
  const { from, to, isWholeWord } = replacement;
  const all = count(file.lines, from);
  const wanted = isWholeWord ? [...file.lines.join('\n').matchAll(wordExpression(from))].length : all;
  if (wanted === 0) return 0;
  const text = `\`${file.shown}\` has it in ${places(wanted, 'place')}. I change ${wanted === 1 ? 'it' : 'them'}.`;
  if (wanted < all) {
    const lines = file.lines
      .join('\n')
      .replace(wordExpression(from), () => to)
      .split('\n');
    return (yield* changeLines(desk, file, { lines, text })) ?? wanted;
  }
  const values = { file: file.path, old: from, new: to, all: true };
  const result = parseChange(yield* use(desk, 'edit', { values, text }));
  return result.ok ? wanted : refused(`\`${file.shown}\` could not be changed: ${result.message}`);
}

function* replaceInFile(desk: Desk, name: string, replacement: Replacement): Work<Outcome> {
  const opened = yield* openForEdit(desk, name);
  if ('outcome' in opened) return opened.outcome;
  const changed = yield* changeOne(desk, opened.file, replacement);
  if (typeof changed !== 'number') return changed;
  const { from, to } = replacement;
  if (changed > 0) {
    return done(
      `Changed \`${from}\` to \`${to}\` in \`${opened.file.shown}\` (${places(changed, 'place')}).`,
    );
  }
  const hint = count(opened.file.lines, to) > 0 ? ` \`${to}\` is there already.` : '';
  return unchanged(`\`${from}\` is not in \`${opened.file.shown}\`, so nothing was changed.${hint}`);
}

interface Tally {
  changed: Map<string, number>;
  problems: string[];
  seen: Set<string>;
}

function* changeFound(desk: Desk, path: string, job: { replacement: Replacement; tally: Tally }): Work<void> {
  const { replacement, tally } = job;
  tally.seen.add(path);
  const shown = shownPath(desk, path);
  const opened = yield* openFile(desk, path, `I read \`${shown}\` before I change it.`);
  if (opened.kind !== 'open') {
    tally.problems.push(opened.kind === 'missing' ? `\`${shown}\` is gone.` : opened.outcome.sentence);
    return;
  }
  if (!opened.file.isExact) {
    tally.problems.push(`\`${shown}\` has lines that are too long for me to see whole, so I left it alone.`);
    return;
  }
  const result = yield* changeOne(desk, opened.file, replacement);
  if (typeof result !== 'number') tally.problems.push(result.sentence);
  else if (result > 0) tally.changed.set(shown, result);
}

const report = (replacement: Replacement, tally: Tally): Outcome => {
  const { from, to } = replacement;
  const problems = tally.problems.length === 0 ? '' : ` But: ${tally.problems.join(' ')}`;
  if (tally.changed.size === 0) {
    return problems === ''
      ? unchanged(`\`${from}\` is nowhere in this repository, so nothing was changed.`)
      : refused(`\`${from}\` was not changed anywhere.${problems}`);
  }
  const files = [...tally.changed].map(([file, amount]) => `\`${file}\` (${places(amount, 'place')})`);
  return done(
    `Changed \`${from}\` to \`${to}\` in ${places(files.length, 'file')}: ${files.join(', ')}.${problems}`,
  );
};

function* replaceInAll(desk: Desk, replacement: Replacement): Work<Outcome> {
  const tally: Tally = { changed: new Map(), problems: [], seen: new Set() };
  const pattern = escaped(
    replacement.from.split('\n').find((line) => line.trim() !== '') ?? replacement.from,
  );
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const text =
      round === 0
        ? `I search the repository for \`${replacement.from}\`.`
        : 'The search did not show everything at once. I search again for what is left.';
    const found = parseGrep(yield* use(desk, 'grep', { values: { pattern }, text }));
    const fresh = found.files.filter((file) => !tally.seen.has(file));
    for (const path of fresh) yield* changeFound(desk, path, { replacement, tally });
    if (!found.hasMore || fresh.length === 0) break;
  }
  return report(replacement, tally);
}

/** Renames an identifier, where it stands as a whole word, in one file or in all of them. */
export function* rename(
  desk: Desk,
  job: { from: string; to: string; file: string | undefined },
): Work<Outcome> {
  const { from, to, file } = job;
  const odd = [from, to].find((name) => !IDENTIFIER.test(name));
  if (odd !== undefined) {
    return refused(`\`${odd}\` is not an identifier. For other texts, say: replace "a" with "b" in <file>.`);
  }
  if (from === to) return unchanged(`\`${from}\` is already called that.`);
  const replacement = { from, to, isWholeWord: true };
  return yield* file === undefined ? replaceInAll(desk, replacement) : replaceInFile(desk, file, replacement);
}

/** Replaces a text, word for word, wherever it stands in one file or in all of them. */
export function* replaceText(
  desk: Desk,
  job: { from: string; to: string; file: string | undefined },
): Work<Outcome> {
  const { from, to, file } = job;
  if (from === '') return refused('There is nothing between the quotes to look for.');
  if (from === to) return unchanged(`"${from}" and "${to}" are the same.`);
  const replacement = { from, to, isWholeWord: false };
  return yield* file === undefined ? replaceInAll(desk, replacement) : replaceInFile(desk, file, replacement);
}
