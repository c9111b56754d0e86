import { z } from 'zod';
import type { ClientKind } from '../events/actor';
import { UserId } from '../ids';
import { type ClientStateMessage, MemberInfo } from '../wire/realtime';

/** One client of somebody who is here; several of a kind count as one, idle when all of them are. */
export interface ClientHere {
  readonly via: ClientKind;
  readonly isIdle: boolean;
}

/** Somebody who is here, however many tabs and terminals they have open. */
export interface PersonHere {
  readonly userId: UserId;
  readonly name: string;
  readonly login: string | null;
  readonly clients: readonly ClientHere[];
  /** All of their clients are idle. */
  readonly isIdle: boolean;
  readonly isMe: boolean;
}

/** Clients of somebody with several repeat their state each minute; one that did not for this long is gone. */
const CLIENT_TTL_MS = 150_000;
/** Typing is told again while it goes on. */
const TYPING_MS = 5_000;
/** More than anybody has open. What people claim of their own clients must not fill the memory of others. */
const MAX_CLIENTS = 8;

/** What pusher-js keeps of a presence channel's members, and how it tells of one. */
const Members = z.object({ members: z.record(z.string(), z.unknown()), myID: z.string().nullable() });
const Member = z.object({ id: z.string(), info: z.unknown() });

interface Client extends ClientHere {
  heardMs: number;
}

interface Entry {
  info: MemberInfo;
  /** What was told of each client, by its id. Empty as long as nothing but the member itself is known. */
  clients: Map<string, Client>;
  typingMs: number | null;
}

/** Who is on a presence channel, from what the realtime server says and from what their clients tell. No timers. */
export class PresenceRoll {
  #entries = new Map<UserId, Entry>();
  #me: UserId | null = null;

  get size(): number {
    return this.#entries.size;
  }

  /** Who this client stands for, once it is on the channel. */
  get me(): UserId | null {
    return this.#me;
  }

  /** The roll as the answer to a subscription has it. What clients had told is forgotten: it is asked for again. */
  reset(answer: unknown): void {
    const { members, myID } = Members.safeParse(answer).data ?? { members: {}, myID: null };
    this.#entries = new Map();
    for (const [id, info] of Object.entries(members)) this.#add(id, info);
    this.#me = UserId.safeParse(myID).data ?? null;
  }

  added(member: unknown): void {
    const { id, info } = Member.safeParse(member).data ?? {};
    if (id !== undefined) this.#add(id, info);
  }

  removed(member: unknown): void {
    const userId = UserId.safeParse(Member.safeParse(member).data?.id).data;
    if (userId !== undefined) this.#entries.delete(userId);
  }

  infoOf(userId: UserId | null): MemberInfo | null {
    return (userId !== null && this.#entries.get(userId)?.info) || null;
  }

  /** How many clients somebody is known to have here. */
  clientsOf(userId: UserId | null): number {
    return (userId !== null && this.#entries.get(userId)?.clients.size) || 0;
  }

  /** A client told its state. Of people who are not on the channel nothing is believed. */
  heard(userId: UserId, { client, via, isIdle, isGone }: ClientStateMessage, nowMs: number): void {
    const entry = this.#entries.get(userId);
    if (!entry) return;
    entry.clients.delete(client);
    if (isGone) return;
    entry.clients.set(client, { via, isIdle, heardMs: nowMs });
    const [oldest] = entry.clients.keys();
    if (entry.clients.size > MAX_CLIENTS && oldest !== undefined) entry.clients.delete(oldest);
  }

  typed(userId: UserId, isTyping: boolean, nowMs: number): void {
    const entry = this.#entries.get(userId);
    if (entry) entry.typingMs = isTyping ? nowMs : null;
  }

  /** Forgets what is too old, and says in how many ms to look again; null for no need. */
  expire(nowMs: number): number | null {
    const dues: number[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.typingMs !== null && entry.typingMs + TYPING_MS <= nowMs) entry.typingMs = null;
      if (entry.typingMs !== null) dues.push(entry.typingMs + TYPING_MS - nowMs);
      dues.push(...expireClients(entry.clients, nowMs));
    }
    return dues.length === 0 ? null : Math.min(...dues);
  }

  /** Everybody, by name. */
  people(): PersonHere[] {
    return [...this.#entries]
      .map(([userId, { info, clients }]) => {
        const kinds = kindsOf(clients.size > 0 ? [...clients.values()] : [{ via: info.via, isIdle: false }]);
        return {
          userId,
          name: info.name,
          login: info.login,
          clients: kinds,
          isIdle: kinds.every(({ isIdle }) => isIdle),
          isMe: userId === this.#me,
        };
      })
      .sort((a, b) => a.name.localeCompare(b.name) || a.userId.localeCompare(b.userId));
  }

  /** The names of the others who are typing, in the order in which they came. */
  typing(): string[] {
    return [...this.#entries]
      .filter(([userId, { typingMs }]) => typingMs !== null && userId !== this.#me)
      .map(([, { info }]) => info.name);
  }

  #add(id: string, info: unknown): void {
    const userId = UserId.safeParse(id).data;
    const known = MemberInfo.safeParse(info).data;
    if (userId !== undefined && known && !this.#entries.has(userId)) {
      this.#entries.set(userId, { info: known, clients: new Map(), typingMs: null });
    }
  }
}

/** An only client need not repeat itself: it is there as long as the member is. Clients stand by when they were heard. */
function expireClients(clients: Map<string, Client>, nowMs: number): number[] {
  for (const [id, { heardMs }] of [...clients]) {
    if (clients.size < 2) break;
    const leftMs = heardMs + CLIENT_TTL_MS - nowMs;
    if (leftMs > 0) return [leftMs];
    clients.delete(id);
  }
  return [];
}

function kindsOf(clients: readonly ClientHere[]): ClientHere[] {
  const idleByKind = new Map<ClientKind, boolean>();
  for (const { via, isIdle } of clients) idleByKind.set(via, isIdle && (idleByKind.get(via) ?? true));
  return [...idleByKind].map(([via, isIdle]) => ({ via, isIdle })).sort((a, b) => a.via.localeCompare(b.via));
}
