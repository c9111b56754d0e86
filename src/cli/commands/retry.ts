import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import { CommandId } from '@/domain/ids';
import { findSession } from '../find-session';
import { followPrompt } from '../follow-session';
import { shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Runs the newest prompt again that failed, was stopped or was interrupted. */
export async function retry(
  terminal: Terminal,
  id: string,
  { follow = false }: { follow?: boolean },
): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { session } = await api.insist((client) => client.sessions.get.query({ sessionId }));
  const promptId = session.state.retryable.at(-1)?.promptId;
  if (promptId === undefined) {
    throw new AppError(
      'conflict',
      `No prompt of ${shortId(sessionId)} failed, so there is nothing to retry.`,
    );
  }
  const commandId = CommandId.parse(randomUUID());
  await api.insist((client) => client.prompts.retry.mutate({ sessionId, commandId, promptId }));
  if (follow) return followPrompt(terminal, { api, sessionId, promptId });
  terminal.err(`Asked again. Follow it: dispatch attach ${shortId(sessionId)}\n`);
  return { json: { sessionId, promptId } };
}
