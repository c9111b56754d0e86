import { channelKind } from './channel-kind';
import { CODES } from './frames';
import type { RealtimeApp } from './realtime-app';
import { RestError } from './rest-error';
import { channelAttributes } from './rest-events';

const ATTRIBUTES = ['user_count', 'subscription_count'];

/** `GET /channels`: the occupied channels, by prefix, with the attributes asked for. */
export function listChannels(app: RealtimeApp, query: ReadonlyMap<string, string>): object {
  const prefix = query.get('filter_by_prefix') ?? '';
  const info = knownAttributes(query);
  if (info.includes('user_count') && !prefix.startsWith('presence-')) {
    throw new RestError(400, 'user_count may only be requested with a filter_by_prefix of presence channels');
  }
  const channels = app.channels
    .listed()
    .filter((channel) => channel.name.startsWith(prefix))
    .map((channel) => [channel.name, channelAttributes(channel, info)]);
  return { channels: Object.fromEntries(channels) as object };
}

/** `GET /channels/:name`: whether anybody is there, with the attributes asked for. */
export function describeChannel(app: RealtimeApp, name: string, query: ReadonlyMap<string, string>): object {
  const kind = channelKind(name, app.limits.channelNameChars);
  if (kind === null) throw new RestError(400, `Invalid channel name: '${name.slice(0, 200)}'`);
  const info = knownAttributes(query);
  if (info.includes('user_count') && kind.access !== 'presence') {
    throw new RestError(400, `user_count is not available for ${name}: it is not a presence channel`);
  }
  const channel = app.channels.get(name);
  const empty = info.includes('user_count') ? { user_count: 0 } : {};
  return { occupied: channel !== undefined, ...empty, ...channelAttributes(channel, info) };
}

/** `GET /channels/:name/users`: the ids on a presence channel. */
export function listUsers(app: RealtimeApp, name: string): object {
  if (channelKind(name, app.limits.channelNameChars)?.access !== 'presence') {
    throw new RestError(400, 'Users can only be retrieved for presence channels');
  }
  return { users: [...(app.channels.get(name)?.members.keys() ?? [])].map((id) => ({ id })) };
}

/** `POST /users/:id/terminate_connections`: the user may connect again unless the app refuses to sign. */
export function terminateConnections(app: RealtimeApp, userId: string): object {
  for (const connection of app.users.connectionsOf(userId)) {
    connection.refuseAndClose(CODES.unauthorized, 'You got disconnected by the app');
  }
  return {};
}

function knownAttributes(query: ReadonlyMap<string, string>): string {
  const info = query.get('info') ?? '';
  const asked = info.split(',').filter((attribute) => attribute !== '');
  const unknown = asked.find((attribute) => !ATTRIBUTES.includes(attribute.trim()));
  if (unknown !== undefined) throw new RestError(400, `Unknown info attribute: ${unknown.slice(0, 200)}`);
  return info;
}
