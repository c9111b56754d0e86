import PusherClient from 'pusher-js';
import { ApiClient } from '@/cli/api-client';
import { sourceOf } from '@/cli/session-follower';
import { systemScheduler } from '@/cli/system-scheduler';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { PartId, SessionId } from '@/domain/ids';
import { type RealtimeChannels, RealtimeConnection } from '@/domain/sync/realtime-connection';
import { pusherOptions } from '@/domain/sync/realtime-options';
import type { Scheduler } from '@/domain/sync/scheduler';
import type { SessionSource } from '@/domain/sync/session-source';
import { type SessionSnapshot, SessionStream } from '@/domain/sync/session-stream';
import { eventsOf } from '@/domain/timeline/timeline';
import { setTimeout as delay } from 'node:timers/promises';

/** Changes what a client is made of: how a bug is planted in it. */
export interface ClientParts {
  source: SessionSource;
  realtime: RealtimeChannels;
  scheduler: Scheduler;
}

export interface WatcherOptions {
  url: string;
  token: string;
  sessionId: SessionId;
  change?: (parts: ClientParts) => ClientParts;
}

/** Somebody with the session open, by the very classes that a browser uses: a stream over pusher-js. */
export class Watcher {
  /** What it saw that nobody may see: text that jumps, or a log that goes back. */
  readonly problems: string[] = [];
  readonly #stream: SessionStream;
  readonly #connection: RealtimeConnection;
  readonly #lastLive = new Map<PartId, string>();
  #appliedSeq = 0;

  private constructor(stream: SessionStream, connection: RealtimeConnection) {
    this.#stream = stream;
    this.#connection = connection;
    stream.subscribe(() => this.#look(stream.getSnapshot()));
  }

  /** Opens the session; the server may be away for a while. */
  static async open({ url, token, sessionId, change = (parts) => parts }: WatcherOptions): Promise<Watcher> {
    const api = new ApiClient(url, token);
    const { key, ...address } = await untilAnswered(() =>
      api.call((client) => client.realtime.config.query()),
    );
    const options = pusherOptions(address, (request) =>
      api.call((client) => client.realtime.auth.mutate(request)),
    );
    const connection = new RealtimeConnection(new PusherClient(key, options), systemScheduler);
    const source = sourceOf(api, sessionId);
    const parts = change({ source, realtime: connection, scheduler: systemScheduler });
    const stream = new SessionStream({ sessionId, ...parts });
    stream.start();
    return new Watcher(stream, connection);
  }

  get snapshot(): SessionSnapshot {
    return this.#stream.getSnapshot();
  }

  /** Hears of every change until the answer is called. */
  subscribe(listener: () => void): () => void {
    return this.#stream.subscribe(listener);
  }

  /** Whether it shows the whole log up to there, says so itself, and nothing is being written any more. */
  isAt(head: number): boolean {
    const { state, appliedSeq } = this.snapshot;
    return appliedSeq === head && (state.kind === 'live' || state.kind === 'polling');
  }

  /** Scrolls to the very top. */
  async loadAll(): Promise<void> {
    while (this.snapshot.gaps.length > 0) {
      await untilAnswered(() => this.#stream.loadOlder());
      // The page is in the next snapshot.
      await delay(20);
    }
  }

  events(): LoggedEvent[] {
    const { timeline, appliedSeq } = this.snapshot;
    return eventsOf(timeline, { fromSeq: 1, toSeq: appliedSeq });
  }

  close(): void {
    this.#stream.stop();
    this.#connection.close();
  }

  #look({ appliedSeq, news, live }: SessionSnapshot): void {
    if (appliedSeq < this.#appliedSeq)
      this.problems.push(`went back from ${this.#appliedSeq} to ${appliedSeq}`);
    this.#appliedSeq = appliedSeq;
    for (const logged of news) this.#lookAtEnd(logged);
    for (const [partId, text] of live) this.#lastLive.set(partId, text);
  }

  /** Text that was seen stays, and what comes is added to it. */
  #lookAtEnd({ event, actor }: LoggedEvent): void {
    if (event.kind !== 'part.finished' || event.part.type === 'tool' || event.part.type === 'file') return;
    const shown = this.#lastLive.get(event.partId);
    const { text } = event.part;
    if (shown === undefined || text.startsWith(shown)) return;
    // Of a machine that is gone only what was stored remains, which happens once a second.
    if (actor.type === 'system' && shown.startsWith(text)) return;
    let at = 0;
    while (shown[at] === text[at]) at += 1; // they differ somewhere
    const around = (whole: string): string => whole.slice(Math.max(0, at - 20), at + 60);
    this.problems.push(
      `text of ${event.partId} (told by ${actor.type}) jumped at ${at} of ${shown.length} ` +
        `from “${around(shown)}” to “${around(text)}”`,
    );
  }
}

/** Somebody who sees nothing for this long reloads the page; whatever hangs then is left alone. */
const RELOAD_MS = 15_000;

/** Asks until the server answers; what it refuses is passed on after some tries too. */
export async function untilAnswered<T>(ask: () => Promise<T>, timeoutMs = 120_000): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await inTime(ask());
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(150);
    }
  }
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(RELOAD_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error(`there was no answer within ${RELOAD_MS / 1_000} s`);
  });
  late.catch(() => undefined); // the answer came first
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
  }
}
