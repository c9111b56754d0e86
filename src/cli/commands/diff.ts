import { findSession } from '../find-session';
import { visible, visibleLine } from '../print/visible-text';
import { shortId } from '../print/words';
import { readDiff } from '../read-diff';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

const STATUS_LETTERS = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R' } as const;

/** The session's change as a patch that git can apply, or as a list of files. */
export async function diff(
  terminal: Terminal,
  id: string,
  { stat = false }: { stat?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { diff: change, patch } = await readDiff(api, sessionId);
  if (change.files.length === 0) terminal.err(`${shortId(sessionId)} has changed nothing yet.\n`);
  if (stat) {
    if (!terminal.isJson) for (const file of change.files) terminal.out(`${statLine(file)}\n`);
    return { json: { sessionId, ...change } };
  }
  const text = await patch();
  if (terminal.isJson) return { json: { sessionId, ...change, patch: text } };
  // A pipe gets every byte, since git has to apply it; a terminal gets what it may safely show.
  terminal.out(terminal.show.isLive ? visible(text) : text);
  return {};
}

function statLine(file: {
  status: keyof typeof STATUS_LETTERS;
  path: string;
  additions: number;
  deletions: number;
  binary: boolean;
}): string {
  const counts = file.binary ? 'binary' : `+${file.additions} −${file.deletions}`;
  return `${STATUS_LETTERS[file.status]}  ${counts.padEnd(14)}  ${visibleLine(file.path, 500)}`;
}
