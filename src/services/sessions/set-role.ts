import { findMember } from '@/db/memberships';
import { hasRight } from '@/domain/access/roles';
import type { SessionRole } from '@/domain/access/session-role';
import { AppError } from '@/domain/errors';
import type { CommandId, SessionId, UserId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';
import { giveCommand } from './give-command';

/**
 * Says what somebody of the team is in a session. Errors: `not_found` for somebody who is not in the team; `forbidden`
 * for whoever is neither a driver of the session nor an admin of the team; `conflict` for the last driver.
 */
export async function setRole(
  deps: Deps,
  caller: Caller,
  given: { sessionId: SessionId; commandId: CommandId; userId: UserId; role: SessionRole },
): Promise<{ seq: number }> {
  const { sessionId, commandId, userId, role } = given;
  const session = await authorizeSession(deps, { caller, sessionId, right: 'prompt' });
  const member = await findMember(deps.db, { teamId: session.teamId, userId });
  if (!member) throw new AppError('not_found', 'There is nobody like that in the team of this session.');
  if (role !== 'viewer' && !hasRight(member.role, 'prompt')) {
    throw new AppError(
      'forbidden',
      `${member.name} is a viewer of the team, and so of every session of it. An admin of the team can change that.`,
    );
  }
  const asAdmin = hasRight(session.role, 'administer');
  const command = { type: 'role', userId, name: member.name, role, asAdmin } as const;
  return giveCommand(deps, caller, { sessionId, commandId, command });
}
