/** Reads what OpenCode's tools answer. The shapes are those of OpenCode 1.18.33, measured. */

/** What a call of the read tool showed. */
export type ReadOutput =
  | { kind: 'file'; path: string; lines: string[]; nextOffset: number | undefined; isCut: boolean }
  | { kind: 'directory'; path: string; entries: string[] }
  | { kind: 'missing' }
  | { kind: 'error'; message: string };

const LINE = /^\s*\d+(?:: |\| ?)([\s\S]*)$/;
const PATH = /<path>(.*?)<\/path>/;
const TYPE = /<type>(\w+)<\/type>/;
const CONTINUES = /\n\((?:Output capped|Showing lines)[^\n]*Use offset=(\d+) to continue\.\)\s*$/;
const ENTRY_NOTE = /^\(\d+ entries\)$|^\(Showing /;
/** The read tool cuts a line at 2,000 characters and says so in these words. */
const CUT_LINE = /\.\.\. \(line truncated to \d+ chars\)$/;

const between = (text: string, open: string, close: string): string | undefined => {
  const start = text.indexOf(`${open}\n`);
  const end = text.lastIndexOf(`\n${close}`);
  return start < 0 || end < start + open.length ? undefined : text.slice(start + open.length + 1, end);
};

const parseFile = (path: string, body: string): ReadOutput => {
  const lines: string[] = [];
  for (const row of body.split('\n')) {
    const match = LINE.exec(row);
    if (match === null) continue;
    lines.push(match[1] ?? '');
  }
  const next = CONTINUES.exec(body)?.[1];
  return {
    kind: 'file',
    path,
    lines,
    nextOffset: next === undefined ? undefined : Number(next),
    isCut: lines.some((line) => CUT_LINE.test(line)),
  };
};

const firstLine = (output: string): string => (output.trim().split('\n')[0] ?? '').slice(0, 300);

export const parseRead = (output: string): ReadOutput => {
  const path = PATH.exec(output)?.[1] ?? '';
  if (TYPE.exec(output)?.[1] === 'directory') {
    const rows = (between(output, '<entries>', '</entries>') ?? '').split('\n');
    return { kind: 'directory', path, entries: rows.filter((row) => row !== '' && !ENTRY_NOTE.test(row)) };
  }
  const body = between(output, '<content>', '</content>');
  if (body !== undefined) return parseFile(path, body);
  return /not found|no such file/i.test(output)
    ? { kind: 'missing' }
    : { kind: 'error', message: firstLine(output) };
};

export interface SearchOutput {
  files: string[];
  /** There is more than the tool showed (it stops at 100). */
  hasMore: boolean;
}

const hasMore = (output: string): boolean => /truncated|more matches available/i.test(output);

/** The files in which the grep tool found something. */
export const parseGrep = (output: string): SearchOutput => {
  const files = output
    .split('\n')
    .filter((line) => /^\S.*:$/.test(line))
    .map((line) => line.slice(0, -1));
  return { files: [...new Set(files)], hasMore: hasMore(output) };
};

/** The files that the glob tool listed. */
export const parseGlob = (output: string): SearchOutput => ({
  files: output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('(') && line !== 'No files found'),
  hasMore: hasMore(output),
});

/** Whether an edit or write took place; else the reason, in the tool's words. */
export const parseChange = (output: string): { ok: true } | { ok: false; message: string } =>
  /success|applied|wrote|updated|created/i.test(firstLine(output))
    ? { ok: true }
    : { ok: false, message: firstLine(output) || 'the tool answered nothing' };

/** Added to a command, since the bash tool does not report an exit status. */
const STATUS_LINE = /\n?\[exit status: (\d+)\]\s*/g;

/** A command that prints its exit status at the end of its output. */
export const withExitStatus = (command: string): string =>
  /^[\w./:@=,+-]+(?: [\w./:@=,+-]+)*$/.test(command)
    ? `${command}; echo "[exit status: $?]"`
    : `(\n${command}\n)\necho "[exit status: $?]"`;

export interface CommandOutput {
  /** Nothing when the command was stopped or took too long. */
  exitStatus: number | undefined;
  text: string;
}

export const parseCommand = (output: string): CommandOutput => {
  const status = [...output.matchAll(STATUS_LINE)].at(-1)?.[1];
  return {
    exitStatus: status === undefined ? undefined : Number(status),
    text: output.replace(STATUS_LINE, '\n').trim(),
  };
};

/** How OpenCode words a no of a person: to a permission, with their reason if they gave one, and to a question. */
const REJECTED =
  /^The user rejected permission to use this specific tool call(?:\.$| with the following feedback: ([\s\S]*))/;
const DISMISSED = /^The user dismissed this question/;

/** Why a person did not allow a call: their words, or nothing when they gave none. Undefined when it was not refused. */
export const parseRefusal = (output: string): { reason: string } | undefined => {
  const match = REJECTED.exec(output.trim());
  return match === null ? undefined : { reason: (match[1] ?? '').trim() };
};

/** What a person answered to one question; nothing when they did not answer. */
export const parseAnswer = (output: string): string | undefined => {
  if (DISMISSED.test(output.trim()) || parseRefusal(output) !== undefined) return undefined;
  const answer = /"="((?:[^"\\]|\\.)*)"/.exec(output)?.[1] ?? firstLine(output);
  return answer === '' || answer === 'Unanswered' ? undefined : answer;
};

/** What a sub-agent came back with. */
export const parseTask = (output: string): { ok: boolean; text: string } => {
  const result = between(output, '<task_result>', '</task_result>');
  return result === undefined ? { ok: false, text: firstLine(output) } : { ok: true, text: result.trim() };
};
