import type { LoggedEvent } from '../events/logged-event';
import type { EventKind, EventOf } from '../events/session-event';

/** One logged event of a known kind. */
export type Logged<K extends EventKind> = Omit<LoggedEvent, 'event'> & { event: EventOf<K> };

/** The events of these kinds, in order. */
export function ofKind<K extends EventKind>(events: readonly LoggedEvent[], kind: K): Logged<K>[] {
  return events.filter((logged): logged is Logged<K> => logged.event.kind === kind);
}
