import { removeMembership, type Removal } from '@/db/memberships';
import { findTeamsOf } from '@/db/people';
import { AppError } from '@/domain/errors';
import type { TeamId, UserId } from '@/domain/ids';
import { sessionChannel, SESSION_MESSAGES, teamChannel, TEAM_MESSAGES } from '@/domain/wire/realtime';
import type { RealtimeMessage } from '@/ports/realtime';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { waitBriefly } from '../realtime/wait-briefly';

/** Notices that are sent at once. */
const AT_A_TIME = 10;

/**
 * Takes somebody out of a team, and with that out of everything they listen to: the channels get new names in the
 * same write, clients are told to subscribe afresh, and who is out is not let in. Errors: `not_found` for a team that
 * the caller is not in; `forbidden` when they may not, there is no such member, or it is the last owner.
 */
export async function removeMember(
  deps: Pick<Deps, 'db' | 'realtime' | 'defer' | 'log'>,
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
