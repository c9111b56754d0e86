import { findParticipation, removeMembership, type Removal } from '@/db/memberships';
import { findTeamsOf } from '@/db/people';
import { AppError, messageOf } from '@/domain/errors';
import { SYSTEM } from '@/domain/events/actor';
import type { TeamId, UserId } from '@/domain/ids';
import { sessionChannel, SESSION_MESSAGES, teamChannel, TEAM_MESSAGES } from '@/domain/wire/realtime';
import type { RealtimeMessage } from '@/ports/realtime';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { runCommand } from '../sessions/run-command';
import { waitBriefly } from '../realtime/wait-briefly';

/** How many sessions say that somebody left, the newest first. */
const MAX_NOTED = 100;

/** Notices that are sent at once. */
const AT_A_TIME = 10;

/**
 * Takes somebody out of a team, and with that out of everything they listen to: the channels get new names in the
 * same write, clients are told to subscribe afresh, and who is out is not let in. Errors: `not_found` for a team that
 * the caller is not in; `forbidden` when they may not, there is no such member, or it is the last owner.
 */
export async function removeMember(
  deps: Deps,
  caller: Caller,
  { teamId, userId }: { teamId: TeamId; userId: UserId },
): Promise<void> {
  const team = (await findTeamsOf(deps.db, caller.person.id)).find(({ id }) => id === teamId);
  if (!team) throw new AppError('not_found', 'There is no such team that you are in.');
  const removal = await removeMembership(deps.db, { teamId, userId, by: caller.person.id });
  if (!removal) {
    throw new AppError(
      'forbidden',
      `As its ${team.role} you can’t take this person out of ${team.name}. Owners can remove anybody, admins whoever is no owner, and the last owner stays.`,
    );
  }
  await waitBriefly(deps, sendNotices(deps, noticesOf(teamId, removal)));
  deps.defer(() => noteRemoval(deps, { teamId, userId }));
}

/** Says it in the sessions that they took part in. Rights do not hang on it. */
async function noteRemoval(deps: Deps, gone: { teamId: TeamId; userId: UserId }): Promise<void> {
  const { userId } = gone;
  const { sessions, name } = await findParticipation(deps.db, { ...gone, limit: MAX_NOTED });
  const command = { type: 'access-changed', userId, name, change: 'left_team' } as const;
  for (const sessionId of sessions) {
    try {
      await runCommand(deps, { sessionId, actor: SYSTEM, command });
    } catch (error) {
      deps.log.info('a session was not told who left', { sessionId, error: messageOf(error) });
    }
  }
}

/** The only thing that is said under the old names from now on. Who misses it finds out when they list next. */
function noticesOf(teamId: TeamId, { teamAccessVersion, sessions }: Removal): RealtimeMessage[] {
  return [
    {
      channel: teamChannel(teamId, teamAccessVersion - 1),
      event: TEAM_MESSAGES.resubscribe,
      data: { accessVersion: teamAccessVersion },
    },
    ...sessions.map(({ id, accessVersion }) => ({
      channel: sessionChannel(id, accessVersion - 1),
      event: SESSION_MESSAGES.resubscribe,
      data: { accessVersion },
    })),
  ];
}

async function sendNotices(
  { realtime, log }: Pick<Deps, 'realtime' | 'log'>,
  notices: readonly RealtimeMessage[],
): Promise<void> {
  for (let from = 0; from < notices.length; from += AT_A_TIME) {
    const some = notices.slice(from, from + AT_A_TIME);
    for (const result of await Promise.all(some.map((notice) => realtime.publish(notice)))) {
      if (!result.ok) log.info('a notice to subscribe afresh was lost', { error: result.error });
    }
  }
}
