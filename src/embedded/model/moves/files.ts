import { blockEdit } from '../block-edit';
import { parseChange, parseGlob, parseRead } from '../tool-output';
import {
  absolutePath,
  done,
  isOutside,
  refused,
  shownPath,
  use,
  type Desk,
  type Outcome,
  type Work,
} from './desk';

/** A file that was read to its end. */
export interface OpenFile {
  path: string;
  shown: string;
  lines: string[];
  /** False when the tool cut lines, so that edits by whole lines would miss. */
  isExact: boolean;
}

export type Opened =
  { kind: 'open'; file: OpenFile } | { kind: 'missing' } | { kind: 'refused'; outcome: Outcome };

/** Pages of 2,000 lines or 50 kB that are read of one file, at most. */
const MAX_PAGES = 20;

function* readPages(desk: Desk, path: string, text: string): Work<Opened> {
  const shown = shownPath(desk, path);
  const lines: string[] = [];
  let offset: number | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const say = page === 0 ? text : `\`${shown}\` is long. I read on at line ${String(offset)}.`;
    const output = parseRead(yield* use(desk, 'read', { values: { file: path, offset }, text: say }));
    if (output.kind === 'missing') return { kind: 'missing' };
    if (output.kind === 'directory')
      return { kind: 'refused', outcome: refused(`\`${shown}\` is a folder.`) };
    if (output.kind === 'error') {
      return { kind: 'refused', outcome: refused(`\`${shown}\` could not be read: ${output.message}`) };
    }
    lines.push(...output.lines);
    offset = output.nextOffset;
    if (offset === undefined || output.isCut) {
      return { kind: 'open', file: { path, shown, lines, isExact: !output.isCut } };
    }
  }
  return { kind: 'refused', outcome: refused(`\`${shown}\` is too long for me to read.`) };
}

/** Reads a file by its path alone. */
export function* openFile(desk: Desk, name: string, text: string): Work<Opened> {
  if (isOutside(desk, name)) {
    return {
      kind: 'refused',
      outcome: refused(`\`${name}\` is not in this repository, so I left it alone.`),
    };
  }
  return yield* readPages(desk, absolutePath(desk, name), text);
}

/** Reads a file by its path or, when it is not there, by its bare name wherever in the repository it is. */
export function* findFile(desk: Desk, name: string, text: string): Work<Opened> {
  const opened = yield* openFile(desk, name, text);
  if (opened.kind !== 'missing' || name.includes('/')) return opened;
  const say = `There is no \`${name}\` at that place. I look for it in the other folders.`;
  const listing = parseGlob(yield* use(desk, 'glob', { values: { pattern: `**/${name}` }, text: say }));
  const [only] = listing.files;
  if (only === undefined) return { kind: 'missing' };
  if (listing.files.length > 1) {
    const places = listing.files.slice(0, 5).map((file) => `\`${shownPath(desk, file)}\``);
    return { kind: 'refused', outcome: refused(`Which \`${name}\`? There are ${places.join(', ')}.`) };
  }
  return yield* readPages(desk, only, `It is \`${shownPath(desk, only)}\`. I read it.`);
}

/** Opens a file that must be there and be readable line by line, or says why that cannot be. */
export function* openForEdit(desk: Desk, name: string): Work<{ file: OpenFile } | { outcome: Outcome }> {
  const opened = yield* findFile(desk, name, `I read \`${name}\` first.`);
  if (opened.kind === 'missing')
    return { outcome: refused(`There is no file \`${name}\` in this repository.`) };
  if (opened.kind === 'refused') return { outcome: opened.outcome };
  if (!opened.file.isExact) {
    const why = `\`${opened.file.shown}\` has lines that are too long for me to see whole, so I left it alone.`;
    return { outcome: refused(why) };
  }
  return { file: opened.file };
}

/** Brings a file that was read to a new state. Returns nothing, or why it failed. */
export function* changeLines(
  desk: Desk,
  file: OpenFile,
  change: { lines: string[]; text: string },
): Work<Outcome | undefined> {
  const edit = blockEdit(file.lines, change.lines);
  if (edit === undefined) return undefined;
  // An edit tool finds nothing to replace in an empty file; writing it whole is what is left.
  const output =
    edit.oldText === ''
      ? yield* use(desk, 'write', {
          values: { file: file.path, content: `${edit.newText}\n` },
          text: change.text,
        })
      : yield* use(desk, 'edit', {
          values: { file: file.path, old: edit.oldText, new: edit.newText },
          text: change.text,
        });
  const result = parseChange(output);
  return result.ok ? undefined : refused(`\`${file.shown}\` could not be changed: ${result.message}`);
}

/** Writes a file that was not there. Returns nothing, or why it failed. */
export function* writeFile(
  desk: Desk,
  name: string,
  change: { content: string; text: string },
): Work<Outcome | undefined> {
  if (isOutside(desk, name)) return refused(`\`${name}\` is not in this repository, so I left it alone.`);
  const values = { file: absolutePath(desk, name), content: change.content };
  const result = parseChange(yield* use(desk, 'write', { values, text: change.text }));
  return result.ok ? undefined : refused(`\`${name}\` could not be written: ${result.message}`);
}

/** What is shown of a file. */
const SHOWN_LINES = 20;

/** Reads a file and shows how it begins. */
export function* showFile(desk: Desk, { file }: { file: string }): Work<Outcome> {
  const opened = yield* findFile(desk, file, `I read \`${file}\`.`);
  if (opened.kind === 'refused') return opened.outcome;
  if (opened.kind === 'missing') return refused(`There is no file \`${file}\`.`);
  const { shown, lines } = opened.file;
  const amount = lines.length === 1 ? '1 line' : `${String(lines.length)} lines`;
  return done(`\`${shown}\` has ${amount}:`, lines.slice(0, SHOWN_LINES).join('\n'));
}
