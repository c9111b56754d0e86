import { randomUUID } from 'node:crypto';
import PusherClient from 'pusher-js';
import type { SessionId } from '@/domain/ids';
import { RealtimeConnection, type RealtimeChannels } from '@/domain/sync/realtime-connection';
import { pusherOptions } from '@/domain/sync/realtime-options';
import { type PresenceSnapshot, SessionPresence } from '@/domain/sync/session-presence';
import type { SessionSource } from '@/domain/sync/session-source';
import { SessionStream, type SessionSnapshot } from '@/domain/sync/session-stream';
import type { ApiClient } from './api-client';
import { systemScheduler } from './system-scheduler';

/** A stream of one session over the server's procedures. */
export function sourceOf(api: ApiClient, sessionId: SessionId): SessionSource {
  return {
    open: async () => {
      const { session, ...page } = await api.call((client) => client.sessions.get.query({ sessionId }));
      return { ...page, accessVersion: session.accessVersion };
    },
    eventsAfter: (request) => api.call((client) => client.events.after.query({ sessionId, ...request })),
    eventsBefore: ({ before }) => api.call((client) => client.events.before.query({ sessionId, before })),
    partTexts: (partIds) =>
      api.call((client) => client.events.partTexts.query({ sessionId, partIds: [...partIds] })),
  };
}

interface FollowerOptions {
  api: ApiClient;
  sessionId: SessionId;
  /** Where to begin, when not at the last page. */
  source?: SessionSource;
}

/** A session as it goes on, with who is in it, until `close`. Whoever follows it is one of them. */
export class SessionFollower {
  readonly #stream: SessionStream;
  readonly #presence: SessionPresence;
  readonly #connection: RealtimeConnection;

  private constructor(stream: SessionStream, presence: SessionPresence, connection: RealtimeConnection) {
    this.#stream = stream;
    this.#presence = presence;
    this.#connection = connection;
  }

  static async start({ api, sessionId, source = sourceOf(api, sessionId) }: FollowerOptions) {
    const { key, ...address } = await api.insist((client) => client.realtime.config.query());
    const options = pusherOptions(address, (request) =>
      api.call((client) => client.realtime.auth.mutate(request)),
    );
    const connection = new RealtimeConnection(new PusherClient(key, options), systemScheduler);
    const realtime: RealtimeChannels = connection;
    const stream = new SessionStream({ sessionId, source, realtime, scheduler: systemScheduler });
    const presence = new SessionPresence({
      ...{ sessionId, clientId: randomUUID(), via: 'cli', realtime: connection },
      scheduler: systemScheduler,
    });
    stream.subscribe(() => {
      const { accessVersion } = stream.getSnapshot();
      if (accessVersion > 0) presence.follow(accessVersion);
    });
    stream.start();
    return new SessionFollower(stream, presence, connection);
  }

  /** Hears of everybody who comes and goes. */
  onPresence(listener: (presence: PresenceSnapshot) => void): void {
    this.#presence.subscribe(() => listener(this.#presence.getSnapshot()));
  }

  /** Hears of every change of the session. */
  onSnapshot(listener: (snapshot: SessionSnapshot) => void): void {
    this.#stream.subscribe(() => listener(this.#stream.getSnapshot()));
  }

  get presence(): PresenceSnapshot {
    return this.#presence.getSnapshot();
  }

  /** After a sleep, or on another network: looks at once. */
  wake(): void {
    this.#stream.wake();
  }

  /** Lets the others know that something is typed, or no longer. */
  typing(isTyping: boolean): void {
    if (isTyping) this.#presence.typed();
    else this.#presence.typingOver();
  }

  get snapshot(): SessionSnapshot {
    return this.#stream.getSnapshot();
  }

  /** Shows every snapshot until one is the last, or until the signal says enough. */
  async until(isLast: (snapshot: SessionSnapshot) => boolean, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (isLast(this.#stream.getSnapshot()) || signal.aborted) resolve();
      };
      this.#stream.subscribe(look);
      signal.addEventListener('abort', () => resolve());
      look();
    });
  }

  close(): void {
    this.#stream.stop();
    this.#presence.stop();
    this.#connection.close();
  }
}
