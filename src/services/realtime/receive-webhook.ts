import { noteGone, noteHere } from '@/db/presence';
import { setTeamWatchers } from '@/db/session-rows';
import { setWatchers } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { SessionId, TeamId, UserId } from '@/domain/ids';
import { parseChannel } from '@/domain/wire/realtime';
import type { RealtimeWebhookEvent, RealtimeWebhookRequest } from '@/ports/realtime';
import type { Deps } from '../deps';
import { tellHere } from './tell-here';

type Listening = Pick<Deps, 'db' | 'realtime' | 'log'>;

/**
 * Learns from the realtime server whether anybody watches a session (with nobody, no live text is sent) and who is in
 * it, for lists. Error: `unauthenticated` when it is not signed by our realtime server.
 */
export async function receiveRealtimeWebhook(
  deps: Listening,
  request: RealtimeWebhookRequest,
): Promise<void> {
  const webhook = deps.realtime.webhook(request);
  if (!webhook) throw new AppError('unauthenticated', 'The webhook is not signed by our realtime server.');
  const changed = new Set<SessionId>();
  for (const event of webhook.events) {
    const sessionId = await take(deps, event);
    if (sessionId !== null) changed.add(sessionId);
  }
  for (const sessionId of changed) await tellHere(deps, sessionId);
}

/** Writes down what an event says; the session in which somebody came or went by it. */
async function take(deps: Listening, event: RealtimeWebhookEvent): Promise<SessionId | null> {
  const channel = parseChannel(event.channel);
  if (channel?.type === 'team') await takeTeam(deps, event, channel);
  if (channel?.type !== 'session' && channel?.type !== 'presence') return null;
  const sessionId = SessionId.safeParse(channel.sessionId).data;
  if (!sessionId) return null;
  const { accessVersion } = channel;
  if (channel.type === 'presence') return takePresence(deps, event, { sessionId, accessVersion });
  if (event.name === 'channel_occupied' || event.name === 'channel_vacated') {
    const watchers = event.name === 'channel_occupied' ? 1 : 0;
    await setWatchers(deps.db, sessionId, { accessVersion, watchers });
  }
  return null;
}

async function takeTeam(
  deps: Listening,
  event: RealtimeWebhookEvent,
  { teamId, accessVersion }: { teamId: string; accessVersion: number },
): Promise<void> {
  if (event.name !== 'channel_occupied' && event.name !== 'channel_vacated') return;
  const id = TeamId.safeParse(teamId).data;
  const watchers = event.name === 'channel_occupied' ? 1 : 0;
  if (id) await setTeamWatchers(deps.db, id, { accessVersion, watchers });
}

async function takePresence(
  deps: Listening,
  event: RealtimeWebhookEvent,
  of: { sessionId: SessionId; accessVersion: number },
): Promise<SessionId | null> {
  if (event.name !== 'member_added' && event.name !== 'member_removed') return null;
  const userId = UserId.safeParse(event.user_id).data;
  if (!userId) return null;
  const note = event.name === 'member_added' ? noteHere : noteGone;
  return (await note(deps.db, { ...of, userId })) ? of.sessionId : null;
}
