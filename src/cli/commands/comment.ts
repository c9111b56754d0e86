import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import type { CommentPlace } from '@/domain/events/collaboration';
import { CommandId, CommentId } from '@/domain/ids';
import { findSession } from '../find-session';
import { readPrompt } from '../read-prompt';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Says something to the people of a session, on a line of a file where `on` names one; the agent is not told. */
export async function comment(
  terminal: Terminal,
  { id, words }: { id: string; words: readonly string[] },
  { on }: { on?: string },
): Promise<CommandResult> {
  const place = on === undefined ? null : readPlace(on);
  const text = await readPrompt(words, terminal);
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const ids = { commandId: CommandId.parse(randomUUID()), commentId: CommentId.parse(randomUUID()) };
  await api.insist(({ comments }) => comments.add.mutate({ sessionId, ...ids, text, on: place }));
  terminal.err('Commented. Everybody in the session reads it; the agent does not.\n');
  return { json: { sessionId, commentId: ids.commentId } };
}

/** `src/a.ts:12`. */
function readPlace(on: string): CommentPlace {
  const [, path, line] = /^(.+):([1-9]\d{0,6})$/.exec(on) ?? [];
  if (path === undefined || line === undefined) {
    throw new AppError('bad_input', 'A place is a path and a line, such as src/greet.ts:12.');
  }
  return { path, line: Number(line), side: 'new' };
}
