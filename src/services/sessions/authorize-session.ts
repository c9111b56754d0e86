import { findRemoval } from '@/db/memberships';
import { findSessionFor, type SessionRecord } from '@/db/sessions';
import { hasRight, type SessionRight, type TeamRole } from '@/domain/access/roles';
import { AppError } from '@/domain/errors';
import type { SessionId, TeamId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { type MayAskGitHub, refuseWithoutRepository } from '../github/insist-on-right';

/** A session with the role of whoever asked. */
export type AuthorizedSession = SessionRecord & { role: TeamRole };

/**
 * The session, when the caller has the right in it. To a stranger a session that exists and one that doesn't look
 * alike (`not_found`); a member without the right, and somebody who was a member, is told so (`forbidden`).
 */
export async function authorizeSession(
  deps: MayAskGitHub,
  { caller, sessionId, right }: { caller: Caller; sessionId: SessionId; right: SessionRight },
): Promise<AuthorizedSession> {
  const found = await findSessionFor(deps.db, sessionId, caller.person.id);
  if (!found || found.role === null || isClosed(found.session, caller)) {
    const removed = found && (await refuseRemoved(deps, found.session.teamId, caller));
    throw removed ?? new AppError('not_found', `There is no session ${sessionId} that you can see.`);
  }
  if (!hasRight(found.role, right)) {
    throw new AppError(
      'forbidden',
      `As a ${found.role} of this team you can watch this session, not change it.`,
    );
  }
  await refuseWithoutRepository(deps, caller, found.session.repository);
  return { ...found.session, role: found.role };
}

/** Somebody else's draft, or what only builds an environment. */
function isClosed({ isBuilder, isDraft, creatorId }: SessionRecord, { person }: Caller): boolean {
  return isBuilder || (isDraft && creatorId !== person.id);
}

/** Somebody who was in the team knows that it is there, and is told whom to ask. */
async function refuseRemoved(
  deps: Pick<Deps, 'db'>,
  teamId: TeamId,
  { person }: Caller,
): Promise<AppError | null> {
  const removal = await findRemoval(deps.db, { teamId, userId: person.id });
  if (!removal) return null;
  const { team, owners } = removal;
  const whom = owners.length > 0 ? `Ask ${owners.join(' or ')}, who can invite you again.` : '';
  return new AppError('forbidden', `You are not in the team ${team} any more. ${whom}`.trim());
}
