import type { inferRouterOutputs } from '@trpc/server';
import Pusher from 'pusher-js';
import type { AppRouter } from '@/api/root';
import {
  type ChannelHandlers,
  type PresenceChannels,
  type RealtimeChannels,
  RealtimeConnection,
} from '@/domain/sync/realtime-connection';
import { pusherOptions, type SignChannel } from '@/domain/sync/realtime-options';
import { browserScheduler } from './browser-scheduler';

export type RealtimeConfig = inferRouterOutputs<AppRouter>['realtime']['config'];

/** The tab's one live connection. It is made when the first channel is wanted, which is never on the server. */
export class TabRealtime implements RealtimeChannels, PresenceChannels {
  readonly #config: RealtimeConfig;
  readonly #sign: SignChannel;
  #connection: RealtimeConnection | null = null;

  constructor(config: RealtimeConfig, sign: SignChannel) {
    this.#config = config;
    this.#sign = sign;
  }

  subscribe(channel: string, handlers: ChannelHandlers): () => void {
    return this.#connected().subscribe(channel, handlers);
  }

  trigger(channel: string, event: string, data: unknown): boolean {
    return this.#connection?.trigger(channel, event, data) ?? false;
  }

  wake(): void {
    this.#connection?.wake();
  }

  #connected(): RealtimeConnection {
    const { key, ...address } = this.#config;
    this.#connection ??= new RealtimeConnection(
      new Pusher(key, pusherOptions(address, this.#sign)),
      browserScheduler,
    );
    return this.#connection;
  }
}
