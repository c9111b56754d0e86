import { channelKind } from './channel-kind';
import { broadcast, memberOf } from './channels';
import type { Connection } from './connection';
import { type ClientFrame, CODES, encodeFrame } from './frames';
import type { RealtimeApp } from './realtime-app';

/** Handles a `client-` event: passes it on to the other subscribers of a private or presence channel. */
export function triggerClientEvent(app: RealtimeApp, connection: Connection, frame: ClientFrame): void {
  const refusal = refuseClientEvent(app, connection, frame);
  if (refusal !== null) {
    connection.refuse(refusal.code, refusal.message);
    return;
  }
  const channel = app.channels.get(frame.channel ?? '');
  if (channel === undefined) return;
  const userId = memberOf(channel, connection)?.id;
  const event = {
    event: frame.event,
    channel: channel.name,
    data: dataText(frame.data),
    ...(userId === undefined ? {} : { user_id: userId }),
  };
  app.quota.spend(1 + broadcast(channel, encodeFrame(event), connection.socketId));
  app.tellWebhook({ name: 'client_event', socket_id: connection.socketId, ...event });
}

function refuseClientEvent(
  { limits }: RealtimeApp,
  connection: Connection,
  frame: ClientFrame,
): { code: number | null; message: string } | null {
  const name = frame.channel ?? '';
  const access = channelKind(name, limits.channelNameChars)?.access;
  if (access !== 'private' && access !== 'presence') {
    return { code: null, message: 'Client event rejected - only supported on private and presence channels' };
  }
  if (!connection.channels.has(name)) {
    return { code: null, message: `Client event rejected - you are not subscribed to ${name}` };
  }
  if (frame.event.length > limits.eventNameChars) {
    return { code: null, message: `Event name is longer than ${limits.eventNameChars} characters` };
  }
  if (Buffer.byteLength(dataText(frame.data)) > limits.eventDataBytes) {
    return { code: null, message: tooMuchData(limits.eventDataBytes) };
  }
  if (!connection.mayTrigger(performance.now())) {
    const message = `Client event rejected due to rate limit: at most ${limits.clientEventsPerSecond} a second`;
    return { code: CODES.clientEventRate, message };
  }
  return null;
}

/** The words in which hosted Pusher refuses data that is too large. */
export function tooMuchData(maxBytes: number): string {
  return `The data content of this event exceeds the allowed maximum (${maxBytes} bytes)`;
}

/** Subscribers get the data of an event as a string, whatever the client sent. */
function dataText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? null);
}
