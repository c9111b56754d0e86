import type { LoggedEvent } from '../events/logged-event';
import { addEvents, EMPTY_TIMELINE, itemsOf, REDUCER_VERSION } from './timeline';

/**
 * A fingerprint of what a range of the log shows: SHA-256, hex, over the canonical items of exactly these events
 * and the reducer's version. Two clients that show the same have the same; live text is outside it.
 */
export async function digestOf(events: readonly LoggedEvent[]): Promise<string> {
  const items = itemsOf(addEvents(EMPTY_TIMELINE, events));
  const text = canonicalJson({ reducerVersion: REDUCER_VERSION, items });
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** JSON with sorted keys, so that equal values have equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
