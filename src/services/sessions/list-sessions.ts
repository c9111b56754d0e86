import { listSessionsOf } from '@/db/sessions';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { viewSession, type SessionView } from './session-view';

const MAX_LISTED = 200;

/** The newest sessions of the caller's teams, newest change first. */
export async function listSessions(deps: Pick<Deps, 'db'>, caller: Caller): Promise<SessionView[]> {
  const sessions = await listSessionsOf(deps.db, caller.person.id, MAX_LISTED);
  return sessions.map(viewSession);
}
