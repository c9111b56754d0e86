import type { WrittenValue } from '../instruction';
import { findJsonValue } from '../json-value';
import { changeLines, openForEdit, type OpenFile } from './files';
import { done, refused, unchanged, type Desk, type Outcome, type Work } from './desk';

/** The file's new lines, or why there are none. */
type Plan = { lines: string[]; before: string; after: string } | { refusal: string };

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Only whether it parses is asked.
    return false;
  }
};

/** A value as JSON. What was a text stays a text, and what is no other JSON value becomes one. */
const jsonOf = (value: WrittenValue, before: string): string =>
  value.isQuoted || before.startsWith('"') || !parses(value.text) ? JSON.stringify(value.text) : value.text;

const list = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : names
        .slice(0, 12)
        .map((name) => `\`${name}\``)
        .join(', ');

const planJson = (file: OpenFile, key: string, value: WrittenValue): Plan => {
  const text = file.lines.join('\n');
  const found = findJsonValue(text, key);
  switch (found.kind) {
    case 'invalid':
      return { refusal: `\`${file.shown}\` is not valid JSON (${found.message}), so I left it alone.` };
    case 'missing':
      return { refusal: `There is no key \`${key}\` in \`${file.shown}\`. Its keys: ${list(found.keys)}.` };
    case 'ambiguous':
      return { refusal: `Which \`${key}\` in \`${file.shown}\`? There are ${list(found.paths)}.` };
    case 'found': {
      const before = text.slice(found.span.start, found.span.end);
      const after = jsonOf(value, before);
      const changed = text.slice(0, found.span.start) + after + text.slice(found.span.end);
      return { lines: changed.split('\n'), before, after };
    }
  }
};

const MODIFIERS = String.raw`(?:(?:export|const|let|var|static|readonly|public|private|protected|final|pub|default)\s+)*`;

const assignment = (name: string, sign: string): RegExp =>
  new RegExp(
    String.raw`^(\s*${MODIFIERS}["']?${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}["']?(?:\s*:\s*[\w<>[\]| .]+?)?\s*${sign}\s*)` +
      // The value, then whatever ends the line: a mark, a remark.
      String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s;,#](?:[^;#\n]*?[^\s;,#])??)(\s*[;,]?\s*(?:(?://|#).*)?)$`,
  );

const quoteLike = (value: WrittenValue, before: string): string => {
  const mark = /^["'`]/.exec(before)?.[0] ?? (value.isQuoted && !/^\w+$/.test(before) ? '"' : undefined);
  if (mark === undefined) return value.isQuoted ? JSON.stringify(value.text) : value.text;
  const inner = value.text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`);
  return mark + inner + mark;
};

const planAssignment = (file: OpenFile, key: string, value: WrittenValue): Plan => {
  const signs = [':?=(?![=>])', ':'];
  for (const sign of signs) {
    const expression = assignment(key, sign);
    const hits = file.lines.flatMap((line, index) => {
      const match = expression.exec(line);
      return match === null ? [] : [{ index, match }];
    });
    const [hit] = hits;
    if (hit === undefined) continue;
    if (hits.length > 1) {
      const where = hits.slice(0, 8).map(({ index }) => String(index + 1));
      return { refusal: `\`${key}\` is set on several lines of \`${file.shown}\` (${where.join(', ')}).` };
    }
    const [, head = '', before = '', tail = ''] = hit.match;
    if (/[{[(]$/.test(before)) {
      return {
        refusal: `The value of \`${key}\` in \`${file.shown}\` spans several lines; I only change short ones.`,
      };
    }
    const after = quoteLike(value, before);
    return { lines: file.lines.with(hit.index, head + after + tail), before, after };
  }
  return { refusal: `I found no line in \`${file.shown}\` that sets \`${key}\`.` };
};

/** Gives a JSON key, a constant or a setting of the form `NAME = value` or `name: value` a new value. */
export function* setValue(
  desk: Desk,
  job: { key: string; value: WrittenValue; file: string },
): Work<Outcome> {
  const opened = yield* openForEdit(desk, job.file);
  if ('outcome' in opened) return opened.outcome;
  const { file } = opened;
  const plan = file.shown.endsWith('.json')
    ? planJson(file, job.key, job.value)
    : planAssignment(file, job.key, job.value);
  if ('refusal' in plan) return refused(plan.refusal);
  if (plan.before === plan.after)
    return unchanged(`\`${job.key}\` in \`${file.shown}\` is already ${plan.after}.`);
  const text = `\`${job.key}\` is ${plan.before} now. I set it to ${plan.after}.`;
  const failure = yield* changeLines(desk, file, { lines: plan.lines, text });
  return failure ?? done(`Set \`${job.key}\` in \`${file.shown}\` from ${plan.before} to ${plan.after}.`);
}
