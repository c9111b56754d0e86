import type { SessionRecord } from '@/db/sessions';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { MAX_INLINE_BYTES, sessionChannel, SESSION_MESSAGES } from '@/domain/wire/realtime';
import type { Deps } from '../deps';

/**
 * Tells everybody attached what was committed. The events ride along when they fit; else clients fetch the range.
 * A message that does not go out is no error: clients see the gap, or the watchdog's list closes it.
 */
export async function publishEvents(
  deps: Pick<Deps, 'realtime' | 'log'>,
  session: Pick<SessionRecord, 'id' | 'accessVersion'>,
  events: LoggedEvent[],
): Promise<void> {
  const from = events[0]?.seq;
  const to = events.at(-1)?.seq;
  if (from === undefined || to === undefined) return;
  const channel = sessionChannel(session.id, session.accessVersion);
  const whole = { from, to, events };
  const isSmall = Buffer.byteLength(JSON.stringify(whole)) <= MAX_INLINE_BYTES;
  const result = await deps.realtime.publish({
    channel,
    event: SESSION_MESSAGES.events,
    data: isSmall ? whole : { from, to },
  });
  if (!result.ok) deps.log.info('a realtime message was lost; clients will fetch', { error: result.error });
}
