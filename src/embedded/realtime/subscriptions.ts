import { z } from 'zod';
import { channelKind } from './channel-kind';
import { broadcast, type Channel, memberOf } from './channels';
import type { Connection } from './connection';
import { hashOf, systemFrame } from './frames';
import type { RealtimeApp } from './realtime-app';
import {
  authorizeSubscription,
  type NewMember,
  type Refusal,
  subscribeRequest,
} from './subscription-authorization';

/** Handles `pusher:subscribe`: checks name and right, joins, answers, and tells the others. */
export function subscribe(app: RealtimeApp, connection: Connection, data: unknown): void {
  const request = subscribeRequest.safeParse(hashOf(data)).data;
  if (request === undefined) {
    connection.refuse(null, 'pusher:subscribe needs data with a channel name');
    return;
  }
  const kind = channelKind(request.channel, app.limits.channelNameChars);
  if (kind === null) {
    connection.refuse(null, `Invalid channel name: '${request.channel.slice(0, 200)}'`);
    return;
  }
  if (connection.channels.has(request.channel)) {
    connection.refuse(null, `Existing subscription to channel ${request.channel}`);
    return;
  }
  const authorization = authorizeSubscription(app, connection, { request, kind });
  if (!authorization.ok) {
    refuseSubscription(connection, request.channel, authorization.refusal);
    return;
  }
  const { member } = authorization;
  const { channel, isNew } = app.channels.join(connection, request.channel, kind);
  if (isNew && kind.access !== 'user') app.notices.occupied(channel.name);
  const isNewMember = member !== null && addMember(channel, connection, member);
  confirm(channel, connection);
  if (isNewMember) announceMember(app, channel, { connection, member });
  if (kind.isCache) replayCache(app, channel, connection);
  if (app.tellsSubscriptionCount) tellCount(channel);
}

/** Handles `pusher:unsubscribe`. */
export function unsubscribe(app: RealtimeApp, connection: Connection, data: unknown): void {
  const name = z.object({ channel: z.string() }).safeParse(hashOf(data)).data?.channel;
  const channel = name === undefined ? undefined : app.channels.get(name);
  if (channel?.subscribers.has(connection) !== true) {
    connection.refuse(null, `No current subscription to channel ${name?.slice(0, 200) ?? '(none given)'}`);
    return;
  }
  leave(app, connection, channel);
}

/** Ends all subscriptions of a connection that is gone. */
export function leaveAll(app: RealtimeApp, connection: Connection): void {
  for (const name of [...connection.channels]) {
    const channel = app.channels.get(name);
    if (channel !== undefined) leave(app, connection, channel);
  }
}

function leave(app: RealtimeApp, connection: Connection, channel: Channel): void {
  const member = memberOf(channel, connection);
  const isEmpty = app.channels.leave(connection, channel);
  member?.connections.delete(connection);
  if (member?.connections.size === 0) {
    channel.members.delete(member.id);
    broadcast(channel, systemFrame('pusher_internal:member_removed', { user_id: member.id }, channel.name));
    app.notices.memberRemoved(channel.name, member.id);
  }
  if (isEmpty) {
    app.cache.vacated(channel.name);
    if (channel.kind.access !== 'user') app.notices.vacated(channel.name);
  } else if (app.tellsSubscriptionCount) tellCount(channel);
}

/**
 * The hosted service reports a refused subscription as `pusher:error`; newer servers name the channel with
 * `pusher:subscription_error`, which is what the official client hands to the channel. Both are sent.
 */
function refuseSubscription(connection: Connection, channel: string, refusal: Refusal): void {
  const { type, code, message } = refusal;
  const status = type === 'AuthError' ? 401 : code;
  connection.send(systemFrame('pusher:subscription_error', { type, error: message, status }, channel));
  connection.refuse(code, message);
}

/** True when nobody else stood for this person yet. */
function addMember(channel: Channel, connection: Connection, member: NewMember): boolean {
  const known = channel.members.get(member.id);
  if (known !== undefined) {
    known.connections.add(connection);
    return false;
  }
  channel.members.set(member.id, { ...member, connections: new Set([connection]) });
  return true;
}

function confirm(channel: Channel, connection: Connection): void {
  const members = [...channel.members.values()];
  const presence = {
    count: members.length,
    ids: members.map(({ id }) => id),
    hash: Object.fromEntries(members.map(({ id, info }) => [id, info ?? null])),
  };
  const data = channel.kind.access === 'presence' ? { presence } : {};
  connection.send(systemFrame('pusher_internal:subscription_succeeded', data, channel.name));
}

function announceMember(
  app: RealtimeApp,
  channel: Channel,
  { connection, member }: { connection: Connection; member: NewMember },
): void {
  const data = { user_id: member.id, user_info: member.info };
  const frame = systemFrame('pusher_internal:member_added', data, channel.name);
  broadcast(channel, frame, connection.socketId);
  app.notices.memberAdded(channel.name, member.id);
}

function replayCache(app: RealtimeApp, channel: Channel, connection: Connection): void {
  const cached = app.cache.get(channel.name);
  if (cached !== undefined) {
    connection.send(cached);
    return;
  }
  connection.send(systemFrame('pusher:cache_miss', {}, channel.name));
  if (app.cache.isFirstMiss(channel.name)) app.tellWebhook({ name: 'cache_miss', channel: channel.name });
}

function tellCount(channel: Channel): void {
  const data = { subscription_count: channel.subscribers.size };
  broadcast(channel, systemFrame('pusher_internal:subscription_count', data, channel.name));
}
