// A server, a bridge that writes, and a network that loses, doubles, delays and reorders: all in virtual time.
import { AppError } from '@/domain/errors';
import type { LoggedEvent } from '@/domain/events/logged-event';
import type { PartId } from '@/domain/ids';
import type { ChannelHandlers, RealtimeChannels } from '@/domain/sync/realtime-connection';
import type { SessionSource, StoredPartText } from '@/domain/sync/session-source';
import type { Delta } from '@/domain/wire/bridge';
import { SESSION_MESSAGES, sessionChannel } from '@/domain/wire/realtime';
import { SESSION_ID } from './event-log';
import type { VirtualTime } from './virtual-time';

export interface Weather {
  /** Shares of messages, 0 to 1. */
  drop: number;
  double: number;
  /** Sent without its events, as if they were too large. */
  oversize: number;
  /** Requests that fail. */
  fail: number;
  /** The latest a message arrives after it was sent. */
  delayMs: number;
}

/** Nothing goes wrong and everything is at once. */
export const FAIR: Weather = { drop: 0, double: 0, oversize: 0, fail: 0, delayMs: 0 };

/** The server's side: what is stored, and who listens. */
export class SimulatedSession {
  readonly log: LoggedEvent[] = [];
  readonly texts = new Map<PartId, string>();
  readonly clients: SimulatedClient[] = [];
  accessVersion = 1;
  readonly time: VirtualTime;
  weather: Weather;

  constructor(time: VirtualTime, weather: Weather = FAIR) {
    this.time = time;
    this.weather = weather;
  }

  /** Commits, then tells. */
  commit(...events: LoggedEvent[]): void {
    this.log.push(...events);
    const [first] = events;
    const last = events.at(-1);
    if (!first || !last) return;
    const isOversize = this.time.random() < this.weather.oversize;
    this.publish(SESSION_MESSAGES.events, {
      from: first.seq,
      to: last.seq,
      ...(isOversize ? {} : { events }),
    });
  }

  sendDelta(delta: Delta): void {
    this.publish(SESSION_MESSAGES.deltas, { deltas: [delta] });
  }

  hint(): void {
    this.publish(SESSION_MESSAGES.hint, { head: this.log.length });
  }

  /** Somebody lost a right: nothing is said on the old channel any more. */
  changeAccess(): void {
    this.publish(SESSION_MESSAGES.resubscribe, { accessVersion: this.accessVersion + 1 });
    this.accessVersion += 1;
  }

  /** A new client with a network of its own. */
  join(options: { pageEvents?: number } = {}): SimulatedClient {
    const client = new SimulatedClient(this, options.pageEvents ?? 50);
    this.clients.push(client);
    return client;
  }

  publish(event: string, data: unknown): void {
    const wire = JSON.stringify(data);
    const channel = sessionChannel(SESSION_ID, this.accessVersion);
    for (const client of this.clients) {
      if (this.time.random() < this.weather.drop) continue;
      const copies = this.time.random() < this.weather.double ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const delayMs = this.time.random() * this.weather.delayMs;
        this.time.after(delayMs, () => client.deliver({ channel, event, wire }));
      }
    }
  }
}

/** One client's network: the live connection and the requests, each of which can be cut. */
export class SimulatedClient implements SessionSource, RealtimeChannels {
  readonly #session: SimulatedSession;
  readonly #pageEvents: number;
  readonly #channels = new Map<string, ChannelHandlers>();
  #isRealtimeUp = true;
  #areRequestsUp = true;
  /** When set, every request is refused with it. */
  refusal: AppError | null = null;
  requests = { open: 0, after: 0, before: 0, texts: 0 };
  wakes = 0;

  constructor(session: SimulatedSession, pageEvents: number) {
    this.#session = session;
    this.#pageEvents = pageEvents;
  }

  cut(what: { realtime?: boolean; requests?: boolean }): void {
    if (what.requests === true) this.#areRequestsUp = false;
    if (what.realtime !== true || !this.#isRealtimeUp) return;
    this.#isRealtimeUp = false;
    for (const handlers of this.#channels.values()) handlers.onLost();
  }

  /** The subscriptions are gone, and asking for them again was refused. */
  refuseChannels(refusal: string): void {
    for (const handlers of this.#channels.values()) handlers.onLost(refusal);
  }

  restore(): void {
    this.#areRequestsUp = true;
    if (this.#isRealtimeUp) return;
    this.#isRealtimeUp = true;
    for (const [name, handlers] of this.#channels) this.#confirm(name, handlers);
  }

  deliver(message: { channel: string; event: string; wire: string }): void {
    if (this.#isRealtimeUp) {
      this.#channels.get(message.channel)?.onMessage(message.event, JSON.parse(message.wire));
    }
  }

  subscribe(channel: string, handlers: ChannelHandlers): () => void {
    this.#channels.set(channel, handlers);
    if (this.#isRealtimeUp) this.#confirm(channel, handlers);
    return () => void this.#channels.delete(channel);
  }

  wake(): void {
    this.wakes += 1;
  }

  async open(): ReturnType<SessionSource['open']> {
    this.requests.open += 1;
    await this.#request();
    const { log, accessVersion } = this.#session;
    const events = copy(log.slice(-this.#pageEvents));
    return { events, head: log.length, accessVersion, hasOlder: log.length > events.length };
  }

  async eventsAfter({
    after,
    limit,
  }: {
    after: number;
    limit: number;
  }): ReturnType<SessionSource['eventsAfter']> {
    this.requests.after += 1;
    await this.#request();
    const { log, accessVersion } = this.#session;
    const events = copy(log.slice(after, after + Math.min(limit, this.#pageEvents)));
    const head = log.length;
    await this.#latency();
    return { events, head, accessVersion };
  }

  async eventsBefore({ before }: { before: number }): ReturnType<SessionSource['eventsBefore']> {
    this.requests.before += 1;
    await this.#request();
    const start = Math.max(0, before - 1 - this.#pageEvents);
    return { events: copy(this.#session.log.slice(start, before - 1)), hasOlder: start > 0 };
  }

  async partTexts(partIds: readonly PartId[]): Promise<readonly StoredPartText[]> {
    this.requests.texts += 1;
    await this.#request();
    return partIds.flatMap((partId) => {
      const text = this.#session.texts.get(partId);
      return text === undefined ? [] : [{ partId, text, length: text.length }];
    });
  }

  async #request(): Promise<void> {
    await this.#latency();
    if (this.refusal) throw this.refusal;
    if (!this.#areRequestsUp || this.#session.time.random() < this.#session.weather.fail) {
      throw new AppError('internal', 'The network is away.');
    }
  }

  /** The realtime server answers a subscription after a while, or not at all when the connection goes first. */
  #confirm(channel: string, handlers: ChannelHandlers): void {
    this.#session.time.after(this.#session.time.random() * this.#session.weather.delayMs, () => {
      if (this.#isRealtimeUp && this.#channels.get(channel) === handlers) handlers.onSubscribed();
    });
  }

  #latency(): Promise<void> {
    return this.#session.time.sleep(this.#session.time.random() * this.#session.weather.delayMs);
  }
}

/** What has gone over a wire shares nothing with what was sent. */
function copy(events: LoggedEvent[]): unknown[] {
  return events.map((event): unknown => JSON.parse(JSON.stringify(event)));
}
