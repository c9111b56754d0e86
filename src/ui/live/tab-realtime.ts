import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type {
  ChannelHandlers,
  PresenceChannels,
  RealtimeChannels,
  RealtimeConnection,
} from '@/domain/sync/realtime-connection';
import type { SignChannel } from '@/domain/sync/realtime-options';

export type RealtimeConfig = inferRouterOutputs<AppRouter>['realtime']['config'];

/** How long until the connection's code is asked for again when it could not be loaded. */
const RETRY_MS = 5_000;

interface Subscription {
  channel: string;
  handlers: ChannelHandlers;
  /** Set once there is a connection. */
  end: (() => void) | null;
}

/**
 * The tab's one live connection. Its code is loaded and the connection made when the first channel is wanted, which
 * is never on the server; until then a channel is one that is not subscribed yet.
 */
export class TabRealtime implements RealtimeChannels, PresenceChannels {
  readonly #config: RealtimeConfig;
  readonly #sign: SignChannel;
  readonly #subscriptions = new Set<Subscription>();
  #connection: RealtimeConnection | null = null;
  #isLoading = false;

  constructor(config: RealtimeConfig, sign: SignChannel) {
    this.#config = config;
    this.#sign = sign;
  }

  subscribe(channel: string, handlers: ChannelHandlers): () => void {
    const end = this.#connection?.subscribe(channel, handlers) ?? null;
    const subscription: Subscription = { channel, handlers, end };
    this.#subscriptions.add(subscription);
    if (!this.#connection) void this.#connect();
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.end?.();
    };
  }

  trigger(channel: string, event: string, data: unknown): boolean {
    return this.#connection?.trigger(channel, event, data) ?? false;
  }

  wake(): void {
    if (this.#connection) this.#connection.wake();
    else if (this.#subscriptions.size > 0) void this.#connect();
  }

  async #connect(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { openConnection } = await import('./open-connection');
      const connection = openConnection(this.#config, this.#sign);
      this.#connection = connection;
      for (const subscription of this.#subscriptions) {
        subscription.end = connection.subscribe(subscription.channel, subscription.handlers);
      }
    } catch {
      // Without it whatever is followed shows some seconds late, and says so; the network may be back soon.
      setTimeout(() => this.wake(), RETRY_MS);
    } finally {
      this.#isLoading = false;
    }
  }
}
