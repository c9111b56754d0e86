import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { HttpProxy } from './http-proxy';

/** A message that the realtime server sends to one client. */
export interface Message {
  event: string;
  channel: string;
  /** Whom it is for: the same object for all messages of one connection. */
  client: object;
  /** The whole frame. */
  frame: string;
}

/**
 * What becomes of a message: frames to send now or later. `later` sends after a while, whatever was sent meanwhile,
 * as long as the connection is there.
 */
export type MessageFate = (message: Message, send: (frame: string, afterMs?: number) => void) => void;

const Frame = z.object({ event: z.string(), channel: z.string().optional() });

/**
 * Stands before the realtime server, for publishers and for subscribers. The protocol's own frames come over one
 * TCP connection, so they are never lost or turned around without the connection; the messages of a channel are.
 */
export class RealtimeProxy {
  readonly http: HttpProxy;
  fate: MessageFate = ({ frame }, send) => send(frame);
  /** While it is set nobody gets a new connection. */
  isRefusing = false;
  readonly #sockets = new Set<Duplex>();
  readonly #sessions = new WebSocketServer({ noServer: true });
  readonly #targetPort: number;

  private constructor(http: HttpProxy, targetPort: number) {
    this.http = http;
    this.#targetPort = targetPort;
    http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (this.isRefusing) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      this.#sessions.handleUpgrade(request, socket, head, (client) => this.#join(request.url ?? '/', client));
    });
  }

  static async start(targetPort: number, port = 0): Promise<RealtimeProxy> {
    return new RealtimeProxy(await HttpProxy.start(() => targetPort, port), targetPort);
  }

  get port(): number {
    return this.http.port;
  }

  /** Breaks every connection; how many there were. */
  cut(): number {
    const count = this.#sockets.size;
    for (const socket of this.#sockets) socket.destroy();
    return count;
  }

  async close(): Promise<void> {
    this.cut();
    this.#sessions.close();
    await this.http.close();
  }

  #join(path: string, client: WebSocket): void {
    const server = new WebSocket(`ws://127.0.0.1:${this.#targetPort}${path}`);
    const early: string[] = [];
    client.on('message', (data) => {
      const frame = textOf(data);
      if (server.readyState === WebSocket.OPEN) server.send(frame);
      else early.push(frame);
    });
    server.on('open', () => {
      for (const frame of early.splice(0)) server.send(frame);
    });
    server.on('message', (data) => this.#pass(textOf(data), client));
    client.on('close', () => server.terminate());
    client.on('error', () => server.terminate());
    server.on('close', (code) => {
      // A code of the protocol tells the client when to come back; any other end is a broken connection.
      if (code >= 4_000) client.close(code);
      else client.terminate();
    });
    server.on('error', () => client.terminate());
  }

  #pass(frame: string, client: WebSocket): void {
    const send = (text: string): void => {
      if (client.readyState === WebSocket.OPEN) client.send(text);
    };
    const parsed = Frame.safeParse(JSON.parse(frame));
    const { event, channel } = parsed.data ?? {};
    if (event === undefined || channel === undefined || event.startsWith('pusher')) {
      send(frame);
      return;
    }
    this.fate({ event, channel, client, frame }, (text, afterMs = 0) => {
      if (afterMs === 0) send(text);
      else setTimeout(() => send(text), afterMs);
    });
  }
}

/** The realtime protocol speaks in text frames only. */
function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
