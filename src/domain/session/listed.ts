import type { EventKind } from '../events/session-event';
import type { DecidedEvent } from './decide';

/** Kinds after which a session stands elsewhere in a list, or shows somebody else or another title. */
const LISTED: ReadonlySet<EventKind> = new Set<EventKind>([
  'session.created',
  'session.titled',
  'session.archived',
  'prompt.queued',
  'prompt.withdrawn',
  'prompt.started',
  'prompt.delivered',
  'prompt.finished',
  'steer.sent',
  'turn.stop_requested',
  'ask.opened',
  'ask.answered',
  'ask.expired',
  'sandbox.phase',
]);

/** Whether lists are told of these events at once, however lately they were told before. */
export function isListed(events: readonly Pick<DecidedEvent, 'event'>[]): boolean {
  return events.some(({ event }) => LISTED.has(event.kind));
}
