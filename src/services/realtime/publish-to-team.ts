import { teamAccessVersion } from '@/db/memberships';
import { messageOf } from '@/domain/errors';
import type { TeamId } from '@/domain/ids';
import { teamChannel } from '@/domain/wire/realtime';
import type { PublishResult, RealtimeMessage } from '@/ports/realtime';
import type { Deps } from '../deps';

/**
 * Tells everybody of a team who has a list open. The channel's name is read right before, after whatever the message
 * is about was committed, so that nothing which followed a removal is told to whom it removed.
 */
export async function publishToTeam(
  deps: Pick<Deps, 'db' | 'realtime'>,
  teamId: TeamId,
  message: Omit<RealtimeMessage, 'channel'>,
): Promise<PublishResult> {
  try {
    const accessVersion = await teamAccessVersion(deps.db, teamId);
    if (accessVersion === null) return { ok: false, error: 'the team is gone', tooLarge: false };
    return await deps.realtime.publish({ ...message, channel: teamChannel(teamId, accessVersion) });
  } catch (error) {
    // What it is about is committed: not knowing the channel is one more way to lose a message.
    return { ok: false, error: messageOf(error), tooLarge: false };
  }
}
