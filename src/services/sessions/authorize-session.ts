import { findSessionFor, type SessionRecord } from '@/db/sessions';
import { hasRight, type SessionRight, type TeamRole } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** A session with the role of whoever asked. */
export type AuthorizedSession = SessionRecord & { role: TeamRole };

/**
 * The session, when the caller has the right in it. To a stranger a session that exists and one that doesn't look
 * alike (`not_found`); a member without the right is told so (`forbidden`).
 */
export async function authorizeSession(
  deps: Pick<Deps, 'db'>,
  { caller, sessionId, right }: { caller: Caller; sessionId: SessionId; right: SessionRight },
): Promise<AuthorizedSession> {
  const found = await findSessionFor(deps.db, sessionId, caller.person.id);
  if (!found || found.role === null) {
    throw new AppError('not_found', `There is no session ${sessionId} that you can see.`);
  }
  if (!hasRight(found.role, right)) {
    throw new AppError(
      'forbidden',
      `As a ${found.role} of this team you can watch this session, not change it.`,
    );
  }
  return { ...found.session, role: found.role };
}
