import type { SessionRecord } from '@/db/sessions';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { MAX_INLINE_BYTES, sessionChannel, SESSION_MESSAGES, TEAM_MESSAGES } from '@/domain/wire/realtime';
import type { Deps } from '../deps';
import { publishToTeam } from '../realtime/publish-to-team';

/** Kinds that change what a list of sessions shows. */
const LISTED = new Set([
  'session.created',
  'session.titled',
  'session.archived',
  'prompt.queued',
  'prompt.started',
  'prompt.finished',
  'ask.opened',
  'ask.answered',
  'ask.expired',
  'sandbox.phase',
]);

/**
 * Tells everybody attached what was committed. The events ride along when they fit; else clients fetch the range.
 * A message that does not go out is no error: clients see the gap, or the watchdog's list closes it.
 */
export async function publishEvents(
  deps: Pick<Deps, 'db' | 'realtime' | 'log'>,
  session: Pick<SessionRecord, 'id' | 'teamId' | 'accessVersion'>,
  events: LoggedEvent[],
): Promise<void> {
  const from = events[0]?.seq;
  const to = events.at(-1)?.seq;
  if (from === undefined || to === undefined) return;
  const channel = sessionChannel(session.id, session.accessVersion);
  const whole = { from, to, events };
  const isSmall = Buffer.byteLength(JSON.stringify(whole)) <= MAX_INLINE_BYTES;
  const sent = [
    deps.realtime.publish({
      channel,
      event: SESSION_MESSAGES.events,
      data: isSmall ? whole : { from, to },
    }),
  ];
  if (events.some(({ event }) => LISTED.has(event.kind))) {
    const { sessionChanged: event } = TEAM_MESSAGES;
    sent.push(publishToTeam(deps, session.teamId, { event, data: { sessionId: session.id } }));
  }
  for (const result of await Promise.all(sent)) {
    if (!result.ok) deps.log.info('a realtime message was lost; clients will fetch', { error: result.error });
  }
}
