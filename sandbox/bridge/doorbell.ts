import Pusher from 'pusher-js';
import { z } from 'zod';
import { type BootResponse, DOORBELL, DoorbellMessage, type NumberedCommand } from '@/domain/wire/bridge';
import { pause } from './alarm';
import { BackOff } from './back-off';
import type { ServerClient } from './server-client';

const Authorization = z.object({ auth: z.string() });

export interface DoorbellOptions {
  realtime: BootResponse['realtime'];
  server: ServerClient;
  /** It rang, or the channel was just (re)subscribed: commands may wait, beside those that came with the ring. */
  onRing: (commands: readonly NumberedCommand[]) => void;
  /** Waits at the server for commands; repeated while no doorbell can ring. */
  poll: (signal: AbortSignal) => Promise<void>;
}

/**
 * Hears that commands wait, through Pusher, and waits at the server instead while Pusher is away. pusher-js
 * comes back late after an outage, never retries a refused subscription and hangs on to one that the server
 * rejected, so it is nudged until it is subscribed.
 */
export class Doorbell {
  readonly #options: DoorbellOptions;
  readonly #closing = new AbortController();
  readonly #nudge = new BackOff(1_000, 10_000);
  #pusher: Pusher | null = null;
  #polling: AbortController | null = null;
  #isSubscribed = false;

  constructor(options: DoorbellOptions) {
    this.#options = options;
  }

  /** Runs until it is closed. */
  async run(): Promise<void> {
    this.#connect();
    const { signal } = this.#closing;
    await Promise.all([this.#keepSubscribed(signal), this.#pollWhileAway(signal)]);
  }

  close(): void {
    this.#closing.abort();
    this.#polling?.abort();
    this.#pusher?.disconnect();
  }

  #connect(): void {
    const { realtime, server } = this.#options;
    const port = realtime.port ?? undefined;
    const pusher = new Pusher(realtime.key, {
      cluster: realtime.cluster,
      forceTLS: realtime.useTls,
      enabledTransports: ['ws', 'wss'],
      activityTimeout: 30_000,
      pongTimeout: 6_000,
      ...(realtime.host === null ? {} : { wsHost: realtime.host }),
      ...(port === undefined ? {} : { wsPort: port, wssPort: port }),
      channelAuthorization: {
        transport: 'ajax',
        endpoint: '/api/sandbox/realtime',
        customHandler: ({ socketId, channelName }, answer) => {
          server
            .call({
              method: 'POST',
              path: '/api/sandbox/realtime',
              body: { socket_id: socketId, channel_name: channelName },
              answer: Authorization,
              timeoutMs: 10_000,
            })
            .then(
              (data) => answer(null, data),
              (error: unknown) => answer(error instanceof Error ? error : new Error(String(error)), null),
            );
        },
      },
    });
    const channel = pusher.subscribe(realtime.channel);
    channel.bind('pusher:subscription_succeeded', () => {
      this.#isSubscribed = true;
      this.#nudge.reset();
      this.#polling?.abort();
      this.#options.onRing([]);
    });
    channel.bind('pusher:subscription_error', () => {
      this.#isSubscribed = false;
    });
    channel.bind(DOORBELL, (data: unknown) => {
      // What this bridge can't read, from a newer server say, is in the next answer, where that is dealt with.
      this.#options.onRing(DoorbellMessage.safeParse(data).data?.commands ?? []);
    });
    pusher.connection.bind('state_change', ({ current }: { current: string }) => {
      if (current !== 'connected') this.#isSubscribed = false;
    });
    this.#pusher = pusher;
  }

  async #keepSubscribed(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#isSubscribed ? 1_000 : this.#nudge.next() + 500, signal);
      if (signal.aborted) return;
      if (this.#isSubscribed) continue;
      this.#pusher?.disconnect();
      this.#pusher?.connect();
    }
  }

  async #pollWhileAway(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff(500, 5_000);
    let waitMs = 1_000;
    for (;;) {
      await pause(waitMs, signal);
      if (signal.aborted) return;
      waitMs = this.#isSubscribed ? 1_000 : await this.#pollOnce(backOff);
    }
  }

  /** One wait at the server; how long to pause before the next. */
  async #pollOnce(backOff: BackOff): Promise<number> {
    const polling = new AbortController();
    this.#polling = polling;
    try {
      await this.#options.poll(polling.signal);
      backOff.reset();
      return 0;
    } catch (error) {
      console.error(`bridge: ${error instanceof Error ? error.message : String(error)}`);
      return backOff.next();
    }
  }
}
