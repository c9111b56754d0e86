import { randomUUID } from 'node:crypto';
import { CommandId, SessionId } from '@/domain/ids';
import { findSession } from '../find-session';
import { shortId } from '../print/words';
import type { CommandResult } from '../run-command';
import { connect, type Terminal } from '../terminal';

/** Opens a session that carries on from another, with its work and its conversation, on a branch of its own. */
export async function fork(terminal: Terminal, id: string): Promise<CommandResult> {
  const api = connect(terminal);
  const sessionId = await findSession(api, id);
  const newSessionId = SessionId.parse(randomUUID());
  const commandId = CommandId.parse(randomUUID());
  const forked = await api.insist((client) =>
    client.sessions.fork.mutate({ sessionId, commandId, newSessionId }),
  );
  terminal.err(`Forked. Go on in it: dispatch send ${shortId(forked.id)} "what to do"\n`);
  return { json: { sessionId: forked.id, forkedFrom: sessionId } };
}
