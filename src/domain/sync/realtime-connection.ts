import { z } from 'zod';
import { PRESENCE_MESSAGES } from '../wire/realtime';
import { Alarm } from './alarm';
import { Backoff } from './backoff';
import type { ChannelLike, PusherLike } from './pusher-like';
import type { Scheduler } from './scheduler';

/** pusher-js itself waits 15, 30, 60 s after a refused attempt; a nudge makes it a second or some. */
const NUDGE = { firstMs: 1_000, factor: 1.6, maxMs: 10_000 };
/** pusher-js never retries a subscription whose authorisation failed. */
const RESUBSCRIBE = { firstMs: 1_000, factor: 2, maxMs: 60_000 };
/** A subscription that the server leaves unanswered stays pending for ever, unless the connection is made anew. */
const STUCK = { firstMs: 15_000, factor: 2, maxMs: 120_000 };
/** Pusher takes ten client events a second from one connection; the rest of them stays a reserve. */
const MAX_TRIGGERS_PER_SECOND = 8;
/** What a presence channel says of its members, handed on like messages. */
const MEMBER_EVENTS: ReadonlySet<string> = new Set(['pusher:member_added', 'pusher:member_removed']);

const SubscriptionError = z.object({ type: z.string(), error: z.string().optional() });

/** What a subscriber hears of its channel. */
export interface ChannelHandlers {
  /**
   * The subscription is there, for the first time or again: whatever came before may have been missed. On a presence
   * channel `data` says who is there, as pusher-js keeps it.
   */
  onSubscribed(data?: unknown): void;
  /**
   * Connection or subscription is gone; it is tried again without end. `refusal` says why a subscription was refused:
   * our error's code, or the realtime server's type of it.
   */
  onLost(refusal?: string): void;
  /** `userId` is who sent a client event on a presence channel, as the server says. */
  onMessage(event: string, data: unknown, userId?: string): void;
}

/** The live connection as a stream needs it. */
export interface RealtimeChannels {
  /** Subscribes until the answer is called. */
  subscribe(channel: string, handlers: ChannelHandlers): () => void;
  /** The machine woke up or the network came back: try now. */
  wake(): void;
}

/** The live connection as those need it who also say something on it. */
export interface PresenceChannels extends Pick<RealtimeChannels, 'subscribe'> {
  /**
   * Sends a client event to the others on a channel. False, and nothing is sent, while the channel is not subscribed
   * or when this connection said a lot within a second.
   */
  trigger(channel: string, event: string, data: unknown): boolean;
}

/** pusher-js with the cures for what it does not recover from by itself. One for all streams of a client. */
export class RealtimeConnection implements RealtimeChannels, PresenceChannels {
  readonly #pusher: PusherLike;
  readonly #scheduler: Scheduler;
  readonly #channels = new Map<string, ChannelKeeper>();
  readonly #nudge: Alarm;
  readonly #backoff: Backoff;
  #isClosed = false;
  #triggeredMs: number[] = [];

  constructor(pusher: PusherLike, scheduler: Scheduler) {
    this.#pusher = pusher;
    this.#scheduler = scheduler;
    this.#nudge = new Alarm(scheduler);
    this.#backoff = new Backoff(NUDGE, () => scheduler.random());
    pusher.connection.bind('state_change', ({ current }) => this.#stateChanged(current));
    this.#stateChanged(pusher.connection.state);
  }

  subscribe(name: string, handlers: ChannelHandlers): () => void {
    const keeper = this.#channels.get(name) ?? this.#keep(name);
    keeper.add(handlers);
    return () => {
      if (!keeper.remove(handlers) || this.#channels.get(name) !== keeper) return;
      keeper.stop();
      this.#channels.delete(name);
      this.#pusher.unsubscribe(name);
    };
  }

  trigger(channel: string, event: string, data: unknown): boolean {
    const keeper = this.#channels.get(channel);
    const nowMs = this.#scheduler.now();
    this.#triggeredMs = this.#triggeredMs.filter((atMs) => atMs > nowMs - 1_000);
    if (!keeper || this.#triggeredMs.length >= MAX_TRIGGERS_PER_SECOND) return false;
    const isSent = keeper.trigger(event, data);
    if (isSent) this.#triggeredMs.push(nowMs);
    return isSent;
  }

  wake(): void {
    this.#backoff.reset();
    if (this.#pusher.connection.state !== 'connected') this.#reconnect();
  }

  /** Ends the connection for good. */
  close(): void {
    this.#isClosed = true;
    this.#nudge.clear();
    for (const keeper of this.#channels.values()) keeper.stop();
    this.#channels.clear();
    // pusher-js sends each message a moment after it was given, and what was said last is to go out.
    this.#scheduler.after(0, () => this.#pusher.disconnect());
  }

  #keep(name: string): ChannelKeeper {
    const keeper = new ChannelKeeper({
      scheduler: this.#scheduler,
      subscribe: () => this.#pusher.subscribe(name),
      isConnected: () => this.#pusher.connection.state === 'connected',
      reconnect: () => this.#reconnect(),
    });
    this.#channels.set(name, keeper);
    return keeper;
  }

  #stateChanged(state: string): void {
    if (this.#isClosed) return;
    if (state === 'connected') {
      this.#nudge.clear();
      this.#backoff.reset();
      for (const keeper of this.#channels.values()) keeper.connected();
      return;
    }
    for (const keeper of this.#channels.values()) keeper.lost();
    if (this.#nudge.dueMs === null) this.#nudge.set(this.#backoff.nextMs(), () => this.#reconnect());
  }

  #reconnect(): void {
    if (this.#isClosed) return;
    this.#nudge.clear();
    this.#pusher.disconnect();
    this.#pusher.connect();
  }
}

interface ChannelKeeperDeps {
  scheduler: Scheduler;
  subscribe: () => ChannelLike;
  isConnected: () => boolean;
  reconnect: () => void;
}

/** Keeps one channel subscribed for all who listen to it. */
class ChannelKeeper {
  readonly #deps: ChannelKeeperDeps;
  readonly #listeners = new Set<ChannelHandlers>();
  readonly #retry: Backoff;
  readonly #patience: Backoff;
  readonly #alarm: Alarm;
  readonly #channel: ChannelLike;
  readonly #hear = (event: string, data: unknown): void => this.#heard(event, data);
  readonly #hearClients = Object.values(PRESENCE_MESSAGES).map((event) => ({
    event,
    callback: (data: unknown, metadata?: { user_id?: string }): void => {
      for (const handlers of this.#listeners) handlers.onMessage(event, data, metadata?.user_id);
    },
  }));
  /** What the newest subscription was answered with. */
  #answer: unknown = undefined;

  constructor(deps: ChannelKeeperDeps) {
    this.#deps = deps;
    const random = (): number => deps.scheduler.random();
    this.#retry = new Backoff(RESUBSCRIBE, random);
    this.#patience = new Backoff(STUCK, random);
    this.#alarm = new Alarm(deps.scheduler);
    this.#channel = deps.subscribe();
    this.#channel.bind_global(this.#hear);
    for (const { event, callback } of this.#hearClients) this.#channel.bind(event, callback);
    if (deps.isConnected()) this.connected();
  }

  add(handlers: ChannelHandlers): void {
    this.#listeners.add(handlers);
    // Whoever comes late to a channel that is there is told so, like everybody, after its call returned.
    if (this.#channel.subscribed) {
      this.#deps.scheduler.after(0, () => {
        if (this.#listeners.has(handlers) && this.#channel.subscribed) handlers.onSubscribed(this.#answer);
      });
    }
  }

  /** Whether nobody listens any more. */
  remove(handlers: ChannelHandlers): boolean {
    this.#listeners.delete(handlers);
    return this.#listeners.size === 0;
  }

  /** pusher-js subscribes all its channels by itself now; this only doubts that an answer comes. */
  connected(): void {
    this.#alarm.set(this.#patience.nextMs(), () => {
      if (!this.#channel.subscribed) this.#deps.reconnect();
    });
  }

  trigger(event: string, data: unknown): boolean {
    return this.#channel.subscribed && this.#deps.isConnected() && this.#channel.trigger(event, data);
  }

  lost(): void {
    this.#alarm.clear();
    for (const handlers of this.#listeners) handlers.onLost();
  }

  stop(): void {
    this.#alarm.clear();
    this.#channel.unbind_global(this.#hear);
    for (const { event, callback } of this.#hearClients) this.#channel.unbind(event, callback);
  }

  #heard(event: string, data: unknown): void {
    if (event === 'pusher:subscription_succeeded') {
      this.#alarm.clear();
      this.#retry.reset();
      this.#patience.reset();
      this.#answer = data;
      for (const handlers of this.#listeners) handlers.onSubscribed(data);
    } else if (event === 'pusher:subscription_error') {
      const refusal = refusalIn(data);
      for (const handlers of this.#listeners) handlers.onLost(refusal);
      this.#alarm.set(this.#retry.nextMs(), () => this.#subscribeAgain());
    } else if (MEMBER_EVENTS.has(event) || !/^(pusher:|client-)/.test(event)) {
      for (const handlers of this.#listeners) handlers.onMessage(event, data);
    }
  }

  /** While it is pending (the server refused a signature) subscribing does nothing: only a new connection helps. */
  #subscribeAgain(): void {
    if (this.#channel.subscribed || !this.#deps.isConnected()) return;
    if (this.#channel.subscriptionPending) {
      this.#deps.reconnect();
      return;
    }
    this.#deps.subscribe();
    this.connected();
  }
}

/** Who signs rejects with a code for a message (`AuthError`); the realtime server has types of its own. */
function refusalIn(data: unknown): string | undefined {
  const { type, error } = SubscriptionError.safeParse(data).data ?? {};
  return type === 'AuthError' ? error : type;
}
