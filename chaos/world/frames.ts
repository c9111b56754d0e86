import { gunzipSync } from 'node:zlib';
import type { BridgeCommand } from '@/domain/wire/bridge';
import type { SessionEvent } from '@/domain/events/session-event';
import { SyncRequest, SyncResponse } from '@/domain/wire/bridge';
import { parseEvent } from '@/domain/events/parse-event';
import type { Answer, Passing } from '../network/exchange';

/** The sync that a bridge sends; null for any other request. */
function syncOf({ route, headers, body }: Passing): SyncRequest | null {
  if (route !== 'sync') return null;
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return SyncRequest.safeParse(JSON.parse(text.toString('utf8'))).data ?? null;
}

/** The events that a request reports. */
export function reportedIn(passing: Passing): SessionEvent[] {
  return syncOf(passing)?.events.map(parseEvent) ?? [];
}

/** The commands that an answer hands over to a bridge. */
export function handedOver({ route }: Passing, { body, status }: Answer): BridgeCommand[] {
  if ((route !== 'sync' && route !== 'poll') || status !== 200 || !Buffer.isBuffer(body)) return [];
  const parsed = SyncResponse.safeParse(JSON.parse(body.toString('utf8')));
  return parsed.data?.commands.map(({ command }) => command) ?? [];
}
