import { gunzipSync } from 'node:zlib';
import type { BridgeCommand } from '@/domain/wire/bridge';
import type { SessionEvent } from '@/domain/events/session-event';
import { DOORBELL, DoorbellMessage, SyncRequest, SyncResponse } from '@/domain/wire/bridge';
import { z } from 'zod';
import { parseEvent } from '@/domain/events/parse-event';
import type { Answer, Passing } from '../network/exchange';
import type { Message } from '../network/realtime-proxy';

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

/** A frame of the realtime protocol: its data is JSON in a text. */
const Frame = z.looseObject({ data: z.string() });

/** The commands that ride along with a ring; none for any other message. */
export function riding({ event, frame }: Message): BridgeCommand[] {
  if (event !== DOORBELL) return [];
  const { data } = Frame.parse(JSON.parse(frame));
  return DoorbellMessage.parse(JSON.parse(data)).commands.map(({ command }) => command);
}

/** The frame of a ring with other commands; null for any other message. */
export function ringWith({ event, frame }: Message, commands: DoorbellMessage['commands']): string | null {
  if (event !== DOORBELL) return null;
  return JSON.stringify({ ...Frame.parse(JSON.parse(frame)), data: JSON.stringify({ commands }) });
}
