import type { ChannelKind } from './channel-kind';
import type { Connection } from './connection';

/** A person on a presence channel, on however many connections. */
export interface Member {
  id: string;
  info: unknown;
  connections: Set<Connection>;
}

/** An occupied channel. */
export interface Channel {
  name: string;
  kind: ChannelKind;
  subscribers: Set<Connection>;
  /** By user id, in the order of their arrival; empty on any but a presence channel. */
  members: Map<string, Member>;
}

/** The occupied channels. A channel exists from its first subscription to the end of its last. */
export class Channels {
  readonly #byName = new Map<string, Channel>();

  get(name: string): Channel | undefined {
    return this.#byName.get(name);
  }

  /** All that the HTTP API lists; server-to-user channels are the protocol's own business. */
  listed(): Channel[] {
    return [...this.#byName.values()].filter((channel) => channel.kind.access !== 'user');
  }

  /** Adds a subscriber; says whether the channel was empty before. */
  join(connection: Connection, name: string, kind: ChannelKind): { channel: Channel; isNew: boolean } {
    const known = this.#byName.get(name);
    const channel = known ?? { name, kind, subscribers: new Set(), members: new Map<string, Member>() };
    if (known === undefined) this.#byName.set(name, channel);
    channel.subscribers.add(connection);
    connection.channels.add(name);
    return { channel, isNew: known === undefined };
  }

  /** Takes a subscriber out; says whether the channel is empty now. */
  leave(connection: Connection, channel: Channel): boolean {
    channel.subscribers.delete(connection);
    connection.channels.delete(channel.name);
    if (channel.subscribers.size > 0) return false;
    this.#byName.delete(channel.name);
    return true;
  }
}

/** Sends one encoded frame to all subscribers but one; gives the number of deliveries. */
export function broadcast(channel: Channel, frame: string, exceptSocketId?: string): number {
  let deliveries = 0;
  for (const subscriber of channel.subscribers) {
    if (subscriber.socketId === exceptSocketId) continue;
    subscriber.send(frame);
    deliveries += 1;
  }
  return deliveries;
}

/** The member that a connection stands for on a presence channel. */
export function memberOf(channel: Channel, connection: Connection): Member | undefined {
  for (const member of channel.members.values()) {
    if (member.connections.has(connection)) return member;
  }
  return undefined;
}
