/** Instructions about whole files and their ends: create, append, delete. */
import { parseCommand, withExitStatus } from '../tool-output';
import { changeLines, findFile, openFile, writeFile, type OpenFile } from './files';
import { done, isOutside, refused, unchanged, use, type Desk, type Outcome, type Work } from './desk';

const endWithLine = (content: string): string =>
  content === '' || content.endsWith('\n') ? content : `${content}\n`;

/** Creates a file, its folders with it. A file that is there already is left as it is. */
export function* createFile(desk: Desk, job: { file: string; content: string }): Work<Outcome> {
  const opened = yield* openFile(desk, job.file, `I see whether \`${job.file}\` is there already.`);
  if (opened.kind === 'refused') return opened.outcome;
  const content = endWithLine(job.content);
  if (opened.kind === 'open') {
    return endWithLine(opened.file.lines.join('\n')) === content
      ? unchanged(`\`${job.file}\` is there already, with that content.`)
      : refused(`\`${job.file}\` is there already, with other content, so I left it alone. Delete it first.`);
  }
  const text = `It is not there. I create \`${job.file}\`.`;
  return (yield* writeFile(desk, job.file, { content, text })) ?? done(`Created \`${job.file}\`.`);
}

function* appendTo(desk: Desk, file: OpenFile, line: string): Work<Outcome> {
  if (!file.isExact) {
    return refused(`\`${file.shown}\` has lines that are too long for me to see whole, so I left it alone.`);
  }
  const text = `I add the line at the end of \`${file.shown}\`.`;
  const lines = [...file.lines, ...line.split('\n')];
  const failure = yield* changeLines(desk, file, { lines, text });
  return failure ?? done(`Added the line at the end of \`${file.shown}\`.`);
}

/** Adds a line at the end of a file; a file that is not there is created with it. */
export function* appendLine(desk: Desk, job: { line: string; file: string }): Work<Outcome> {
  const opened = yield* findFile(desk, job.file, `I read \`${job.file}\` first.`);
  if (opened.kind === 'refused') return opened.outcome;
  if (opened.kind === 'open') return yield* appendTo(desk, opened.file, job.line);
  const text = `There is no \`${job.file}\` yet. I create it with that line.`;
  const failure = yield* writeFile(desk, job.file, { content: endWithLine(job.line), text });
  return failure ?? done(`Created \`${job.file}\` with that line.`);
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Deletes one file. Folders are left alone. */
export function* deleteFile(desk: Desk, job: { file: string }): Work<Outcome> {
  const { file } = job;
  if (isOutside(desk, file)) return refused(`\`${file}\` is not in this repository, so I left it alone.`);
  const command = withExitStatus(`rm -- ${shellQuoted(file)}`);
  const text = `I delete \`${file}\`.`;
  const result = parseCommand(
    yield* use(desk, 'bash', { values: { command, description: `Delete ${file}` }, text }),
  );
  return result.exitStatus === 0
    ? done(`Deleted \`${file}\`.`)
    : refused(`\`${file}\` was not deleted: ${result.text || 'the command was stopped.'}`);
}
