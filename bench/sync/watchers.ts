import WebSocket from 'ws';
import { z } from 'zod';

/** As our own server and the official one send it; looked at by hundreds of clients, so it is not checked. */
interface Frame {
  event: string;
  data?: string;
}
const Established = z.object({ socket_id: z.string() });

/** Hears each message of the channel: its event, its data as text, and when it came (`performance.now()`). */
export type OnMessage = (event: string, data: string, atMs: number) => void;

/** One connection by the Pusher protocol, as light as it can be: what is measured is the sender. */
export class Watcher {
  readonly #socket: WebSocket;
  /** Of all frames since the subscription was confirmed. */
  bytes = 0;
  messages = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Resolves when the subscription is confirmed. `authorize` answers the signature for a private channel. */
  static async watch(
    address: { url: string; channel: string },
    authorize: ((socketId: string) => Promise<string>) | null,
    onMessage: OnMessage,
  ): Promise<Watcher> {
    const socket = new WebSocket(address.url);
    const watcher = new Watcher(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (raw: Buffer) => {
        const atMs = performance.now();
        watcher.bytes += raw.byteLength;
        const { event, data = '' } = JSON.parse(raw.toString()) as Frame; // see Frame
        if (event === 'pusher:connection_established') {
          const { socket_id: socketId } = Established.parse(JSON.parse(data));
          void subscribe(socket, { channel: address.channel, socketId }, authorize).catch(reject);
        } else if (event === 'pusher_internal:subscription_succeeded') {
          watcher.bytes = 0;
          resolve();
        } else if (event === 'pusher:ping') {
          socket.send(JSON.stringify({ event: 'pusher:pong', data: {} }));
        } else if (event === 'pusher:error') {
          reject(new Error(`the realtime server said ${data}`));
        } else {
          watcher.messages += 1;
          onMessage(event, data, atMs);
        }
      });
    });
    return watcher;
  }

  close(): void {
    this.#socket.terminate();
  }
}

async function subscribe(
  socket: WebSocket,
  { channel, socketId }: { channel: string; socketId: string },
  authorize: ((socketId: string) => Promise<string>) | null,
): Promise<void> {
  const auth = authorize ? { auth: await authorize(socketId) } : {};
  socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel, ...auth } }));
}

/** Many at once, a few dozen at a time. */
export async function watchTogether(count: number, watch: () => Promise<Watcher>): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  while (watchers.length < count) {
    const batch = Array.from({ length: Math.min(50, count - watchers.length) }, () => watch());
    watchers.push(...(await Promise.all(batch)));
  }
  return watchers;
}
