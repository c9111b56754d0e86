import { z } from 'zod';
import { type ChannelKind, userChannelName } from './channel-kind';
import type { Connection } from './connection';
import { CODES, parseJson } from './frames';
import type { RealtimeApp } from './realtime-app';
import { refuseClientAuth } from './signatures';

/** Data of `pusher:subscribe`. `channel_data` is the string that the app signed, byte for byte. */
export const subscribeRequest = z.object({
  channel: z.string(),
  auth: z.string().nullish(),
  channel_data: z.string().nullish(),
});

export type SubscribeRequest = z.infer<typeof subscribeRequest>;

/** Who joins a presence channel. */
export interface NewMember {
  id: string;
  info: unknown;
}

/** Why a subscription is refused. */
export interface Refusal {
  type: 'AuthError' | 'LimitReached';
  code: number;
  message: string;
}

export type Authorization = { ok: true; member: NewMember | null } | { ok: false; refusal: Refusal };

const GRANTED: Authorization = { ok: true, member: null };
const denied = (message: string): Authorization => ({
  ok: false,
  refusal: { type: 'AuthError', code: CODES.unauthorized, message },
});

/** Decides whether a connection may subscribe, from the app's signature or the connection's sign-in. */
export function authorizeSubscription(
  app: RealtimeApp,
  connection: Connection,
  { request, kind }: { request: SubscribeRequest; kind: ChannelKind },
): Authorization {
  switch (kind.access) {
    case 'public':
      return GRANTED;
    case 'user':
      return connection.user !== null && userChannelName(connection.user.id) === request.channel
        ? GRANTED
        : denied(`The connection is not signed in as the user of ${request.channel}`);
    case 'private':
      return refuseSignature(app, connection, request) ?? GRANTED;
    case 'presence':
      return refuseSignature(app, connection, request) ?? identify(app, connection, request);
  }
}

function refuseSignature(
  app: RealtimeApp,
  connection: Connection,
  { channel, auth, channel_data }: SubscribeRequest,
): Authorization | null {
  if (auth === null || auth === undefined || auth === '') {
    return denied(`Auth info required to subscribe to ${channel}`);
  }
  const signed = [connection.socketId, channel, channel_data ?? null]
    .filter((part) => part !== null)
    .join(':');
  const reason = refuseClientAuth(app.credentials, auth, signed);
  return reason === null ? null : denied(reason);
}

function identify(app: RealtimeApp, connection: Connection, request: SubscribeRequest): Authorization {
  const { limits } = app;
  const member = memberFrom(connection, request.channel_data);
  if (member === null) {
    return denied(`Invalid channel_data for ${request.channel}: it needs a user_id, or a signed-in user`);
  }
  if (member.id.length > limits.userIdChars) {
    return denied(`user_id is longer than ${limits.userIdChars} characters`);
  }
  if (Buffer.byteLength(JSON.stringify(member.info ?? null)) > limits.userInfoBytes) {
    return denied(`user_info is larger than ${limits.userInfoBytes} bytes`);
  }
  const members = app.channels.get(request.channel)?.members;
  if (members !== undefined && !members.has(member.id) && members.size >= limits.presenceMembers) {
    const message = `${request.channel} is full: at most ${limits.presenceMembers} members`;
    return { ok: false, refusal: { type: 'LimitReached', code: CODES.overConnectionQuota, message } };
  }
  return { ok: true, member };
}

const channelData = z.object({
  // Apps with numeric ids sign them as numbers; on the wire back they are strings.
  user_id: z.union([z.string().min(1), z.number()]).transform(String),
  user_info: z.unknown().optional(),
});

function memberFrom(connection: Connection, signedData: string | null | undefined): NewMember | null {
  if (signedData === null || signedData === undefined) {
    return connection.user === null ? null : { id: connection.user.id, info: connection.user.info };
  }
  const data = channelData.safeParse(parseJson(signedData)).data;
  return data === undefined ? null : { id: data.user_id, info: data.user_info };
}
