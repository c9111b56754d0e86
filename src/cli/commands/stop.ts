import { randomUUID } from 'node:crypto';
import { AppError } from '@/domain/errors';
import { CommandId } from '@/domain/ids';
import { findSession } from '../find-session';
import { shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Stops the turn that runs now; what waits goes on after it. */
export async function stop(terminal: Terminal, id: string): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const { session } = await api.insist((client) => client.sessions.get.query({ sessionId }));
  const { running, queue } = session.state;
  if (!running)
    throw new AppError('conflict', `Nothing runs in ${shortId(sessionId)}, so there is nothing to stop.`);
  const { turnId } = running;
  const commandId = CommandId.parse(randomUUID());
  await api.insist((client) => client.turns.stop.mutate({ sessionId, commandId, turnId }));
  const rest = queue.length === 0 ? '' : ` ${queue.length} waiting go on after it.`;
  terminal.err(`Stopping the turn of ${shortId(sessionId)}.${rest}\n`);
  return { json: { sessionId, turnId } };
}
