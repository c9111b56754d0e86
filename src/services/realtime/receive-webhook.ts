import { setWatchers } from '@/db/sessions';
import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import { parseChannel } from '@/domain/wire/realtime';
import type { RealtimeWebhookRequest } from '@/ports/realtime';
import type { Deps } from '../deps';

/** Learns from the realtime server whether anybody watches a session: with nobody, no live text is sent. */
export async function receiveRealtimeWebhook(
  deps: Pick<Deps, 'db' | 'realtime'>,
  request: RealtimeWebhookRequest,
): Promise<void> {
  const webhook = deps.realtime.webhook(request);
  if (!webhook) throw new AppError('unauthenticated', 'The webhook is not signed by our realtime server.');
  for (const event of webhook.events) {
    if (event.name !== 'channel_occupied' && event.name !== 'channel_vacated') continue;
    const channel = parseChannel(event.channel);
    if (channel?.type !== 'session') continue;
    const sessionId = SessionId.safeParse(channel.sessionId);
    if (!sessionId.success) continue;
    const { accessVersion } = channel;
    const watchers = event.name === 'channel_occupied' ? 1 : 0;
    await setWatchers(deps.db, sessionId.data, { accessVersion, watchers });
  }
}
