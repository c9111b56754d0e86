import type { Instruction, WrittenValue } from './instruction';

/**
 * The documented patterns as regular expressions. Each is tried where an instruction may begin; a blank in
 * a pattern stands for blanks within one line, so an instruction never runs on into the next line.
 */

const QUOTED = String.raw`"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|` + '`[^`]+`|“[^”]*”';
/** A bare word; punctuation at its end belongs to the sentence. */
const BARE = String.raw`[^\s"'` + '`' + String.raw`,;:]*[^\s"'` + '`' + String.raw`,;:.!?)]`;

const quoted = (name: string): string => `(?<${name}>${QUOTED})`;
const word = (name: string): string => `(?<${name}>${QUOTED}|${BARE})`;

const EVERYWHERE = String.raw`everywhere|in (?:all|every|each)\b[^\n;]*|(?:in|across|throughout) the (?:whole |entire )?(?:repo\w*|project|code ?base)`;
const SCOPE = `(?: (?:${EVERYWHERE}|(?:in|inside|within) (?:the )?(?:file )?${word('file')}))?`;
const IDENTIFIER_KIND =
  '(?:(?:function|method|variable|constant|class|type|interface|identifier|symbol|field) )?';

const anchored = (source: string): RegExp => new RegExp(source.replaceAll(' ', String.raw`[ \t]+`), 'iy');

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/** Takes off quotes. Inside single and double ones `\n`, `\t`, `\\` and an escaped quote are understood. */
export const unquote = (text: string): string => {
  const isQuoted = text.length >= 2 && /^["'`“]/.test(text);
  if (!isQuoted) return text;
  const inner = text.slice(1, -1);
  if (text.startsWith('`') || text.startsWith('“')) return inner;
  return inner.replace(/\\([nt\\"'])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
};

const writtenValue = (text: string): WrittenValue => ({
  text: unquote(text.trim()),
  isQuoted: /^["'“]/.test(text.trim()),
});

/** What is planned, and how far is counted, at most. */
const MAX_PLANNED = 20;
const MAX_COUNT = 100;

/** Where a list or a bare command ends: with its line, its sentence, or what comes `then`. */
const END = String.raw`(?=[\t\x20]*(?:[.!?]*[\t\x20]*(?:$|[\n;])|[.!?]\s|,?[\t\x20]*(?:and[\t\x20]+)?then\b))`;

type Groups = Readonly<Record<string, string | undefined>>;

/** What a pattern's match means, or nothing when its words do not fit after all. */
type Reading = Instruction | undefined;

interface Pattern {
  expression: RegExp;
  read: (groups: Groups) => Reading;
}

const given = (groups: Groups, name: string): string => unquote(groups[name] ?? '');
const fileOf = (groups: Groups): string | undefined =>
  groups['file'] === undefined ? undefined : unquote(groups['file']);

const FUNCTION_SIGNATURE =
  String.raw`(?<tick>` + '`?' + String.raw`)(?<name>[A-Za-z_$][\w$]*)(?:\((?<parameters>[^()\n]*)\))?` + '`?';

/** A file's name, which has a dot in it where it is not in quotes. */
const FILE_NAME = `(?<file>${QUOTED}|[^\\s"'\`,;:]+\\.[^\\s"'\`,;:.!?)]+)`;

/** An address or a path; a full stop at its end belongs to the sentence. */
const PAGE = `(?<page>${QUOTED}|[^\\s"'\`,;]*[^\\s"'\`,;.!?)])`;

const readValue = (groups: Groups): Reading => {
  const { key = '', value = '' } = groups;
  const file = given(groups, 'file');
  const bothQuoted = /^["'“]/.test(key) && /^["'“]/.test(value.trim());
  return bothQuoted && !file.endsWith('.json')
    ? { kind: 'replace', from: unquote(key), to: unquote(value.trim()), file }
    : { kind: 'set-value', key: unquote(key), value: writtenValue(value), file };
};

const readDelete = (groups: Groups): Reading => ({ kind: 'delete', file: given(groups, 'file') });

/** The choices of `red, green or blue`, each once. */
const readAsk = (groups: Groups): Reading => {
  const options = (groups['options'] ?? '')
    .split(/[ \t]*,[ \t]*(?:or[ \t]+)?|[ \t]+or[ \t]+/i)
    .map((option) => unquote(option.trim()))
    .filter((option) => option !== '');
  const choices = [...new Set(options)].slice(0, 10);
  if (choices.length < 2) return undefined;
  const question = groups['question'] === undefined ? '' : given(groups, 'question');
  return { kind: 'ask', question, options: choices };
};

const readPlan = (groups: Groups): Reading => {
  const items = (groups['items'] ?? '').split(',').map((item) => item.trim());
  return { kind: 'plan', items: items.filter((item) => item !== '').slice(0, MAX_PLANNED) };
};

/** Every pattern but `create … with:`, whose content the parser cuts out by itself. */
export const SENTENCES: readonly Pattern[] = [
  {
    expression: anchored(
      `rename (?:the )?${IDENTIFIER_KIND}${word('from')} (?:to|into|as) ${word('to')}${SCOPE}`,
    ),
    read: (groups) => ({
      kind: 'rename',
      from: given(groups, 'from'),
      to: given(groups, 'to'),
      file: fileOf(groups),
    }),
  },
  {
    expression: anchored(
      `replace (?:(?:all|every) (?:occurrences? of )?)?(?:the (?:text|string|word|line) )?${quoted('from')} (?:with|by) ${quoted('to')}${SCOPE}`,
    ),
    read: (groups) => ({
      kind: 'replace',
      from: given(groups, 'from'),
      to: given(groups, 'to'),
      file: fileOf(groups),
    }),
  },
  {
    expression: anchored(
      `add (?:an? |the )?(?:new )?function (?:called |named )?${FUNCTION_SIGNATURE} (?:that |which )?returns (?<expression>\`[^\`\\n]+\`|[^\\n]+?) (?:to|in) (?:the )?(?:file )?${FILE_NAME}`,
    ),
    read: (groups) => ({
      kind: 'add-function',
      name: groups['name'] ?? '',
      parameters: (groups['parameters'] ?? '').trim(),
      expression: (groups['expression'] ?? '').replace(/^`|`$/g, '').trim(),
      file: given(groups, 'file'),
    }),
  },
  {
    expression: anchored(
      `(?:append (?:the )?(?:(?:line|text) )?|add (?:the |a )?(?:new )?(?:line|text) )${quoted('line')} (?:to|at) (?:the end of )?(?:the )?(?:file )?${word('file')}`,
    ),
    read: (groups) => ({ kind: 'append', line: given(groups, 'line'), file: given(groups, 'file') }),
  },
  {
    expression: anchored(
      `(?:change|set|update) (?:the )?(?:value of )?(?:(?:key|constant|variable|field|setting|option) )?${word('key')}(?: from \\S+)? to (?<value>${QUOTED}|[^\\n;]+?) in (?:the )?(?:file )?${word('file')}`,
    ),
    read: readValue,
  },
  { expression: anchored(`(?:delete|remove) (?:the )?file ${word('file')}`), read: readDelete },
  {
    expression: anchored(`(?:delete|remove) (?<file>[^\\s"'\`,;:]*[./][^\\s"'\`,;:.!?)]+)(?=[\\s.,;!?)]|$)`),
    read: readDelete,
  },
  {
    expression: anchored('(?:run|execute) (?:the )?(?:command )?(?<command>`[^`]+`)'),
    read: (groups) => ({ kind: 'run', command: given(groups, 'command').trim() }),
  },
  {
    expression: anchored(String.raw`(?:run|execute) (?<command>git push\b[^\n;,]{0,300}?)${END}`),
    read: (groups) => ({ kind: 'run', command: (groups['command'] ?? '').trim() }),
  },
  {
    expression: anchored(String.raw`push (?:it|this|that|everything|(?:the|my) (?:branch|work|commits?))\b`),
    read: () => ({ kind: 'run', command: 'git push origin HEAD' }),
  },
  {
    expression: anchored(`(?:read|show(?: me)?) (?:the )?(?:file )?${FILE_NAME}`),
    read: (groups) => ({ kind: 'read', file: given(groups, 'file') }),
  },
  {
    expression: anchored(
      `(?:take|make|show(?: me)?) (?:an? )?(?:screenshot|picture) of ${PAGE}(?<phone> (?:on|as on) (?:a |the )?phone)?`,
    ),
    read: (groups) => ({
      kind: 'picture',
      page: given(groups, 'page'),
      viewport: groups['phone'] === undefined ? 'desktop' : 'phone',
    }),
  },
  {
    expression: anchored(
      String.raw`ask(?: me)?(?: ${quoted('question')})?[\t\x20:,]+(?:whether |about )?(?<options>[^\n;]{1,400}?)${END}`,
    ),
    read: readAsk,
  },
  {
    expression: anchored(String.raw`plan[\t\x20]*:[\t\x20]*(?<items>[^\n;]{1,2000}?)${END}`),
    read: readPlan,
  },
  {
    expression: anchored(String.raw`delegate(?:[\t\x20]*:[\t\x20]*| )(?<task>[^\n]+)`),
    read: (groups) => ({ kind: 'delegate', task: (groups['task'] ?? '').trim() }),
  },
  {
    expression: anchored(String.raw`count(?: slowly)? (?:up )?to (?<until>\d{1,6})\b`),
    read: (groups) => ({ kind: 'count', until: Math.min(MAX_COUNT, Number(groups['until'])) }),
  },
  {
    expression: anchored(
      '(?:run|execute) (?:all )?(?:the |my |our )?(?:whole )?(?:test ?suite|tests)(?: again)?',
    ),
    read: () => ({ kind: 'test' }),
  },
];

/** The words before the content of a new file. */
export const CREATE_HEADS: readonly RegExp[] = [
  anchored(
    `(?:create|write|make) (?:an? |the )?(?:new )?(?:file )?(?:called |named )?${word('file')} (?:with|containing)(?: the)?(?: contents?| text| lines?)?(?:(?: )?:)?`,
  ),
  anchored(
    `add (?:an? |the )?(?:new )?file (?:called |named )?${word('file')} (?:with|containing)(?: the)?(?: contents?| text| lines?)?(?:(?: )?:)?`,
  ),
];

/** A new file with nothing in it. */
export const CREATE_EMPTY = anchored(
  `(?:create|add|make) (?:an )?(?:new )?empty (?:new )?file (?:called |named )?${word('file')}`,
);

/** A quoted text at the place where matching starts. */
export const QUOTED_HERE = new RegExp(QUOTED, 'y');
