import { membersOf, type Member } from '@/db/memberships';
import { type SomebodyHere, whoIsHere } from '@/db/presence';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

const MAX_MEMBERS = 500;

/** Who may see the session, with their role in its team, and who of them is in it now. */
export async function readPeople(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: SessionId,
): Promise<{ members: Member[]; here: SomebodyHere[] }> {
  const { teamId } = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const [members, here] = await Promise.all([
    membersOf(deps.db, teamId, MAX_MEMBERS),
    whoIsHere(deps.db, [sessionId]),
  ]);
  return { members, here: here.get(sessionId) ?? [] };
}
