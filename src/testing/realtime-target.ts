import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import PusherServer from 'pusher';
import PusherClient, { type Options } from 'pusher-js';
import { WebSocket } from 'ws';
import { type RealtimeServerOptions, startRealtimeServer } from '@/embedded/realtime/start-realtime-server';

/** A server to test: one of our own, or the one that the environment names. */
export interface Target {
  host: string;
  port: number;
  appId: string;
  key: string;
  secret: string;
}

/** A JSON object as it came over the wire. */
export type Json = Record<string, unknown>;

const APP = { appId: 'app-1', key: 'key-1', secret: 'a-secret-that-is-long-enough' };

/** `REALTIME_TARGET=host:port`, with the app in PUSHER_APP_ID, PUSHER_KEY and PUSHER_SECRET. */
export const externalTarget = process.env['REALTIME_TARGET'];

/**
 * Opens what a conformance test needs and ends all of it again. What is true of any Pusher server runs
 * against `target()` without options; a test that shrinks a limit or hears webhooks needs our own server.
 */
export class RealtimeBench {
  readonly #cleanups: (() => Promise<void> | void)[] = [];

  async target(options: Partial<RealtimeServerOptions> = {}): Promise<Target> {
    if (externalTarget !== undefined && Object.keys(options).length === 0)
      return outsideTarget(externalTarget);
    const server = await startRealtimeServer({ ...APP, port: 0, ...options });
    this.#cleanups.push(() => server.close());
    return { host: '127.0.0.1', port: server.port, ...APP };
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  /** The official server library. */
  pusher(target: Target, change: Partial<Target & { encryptionMasterKeyBase64: string }> = {}): PusherServer {
    const { host, port, appId, key, secret, ...rest } = { ...target, ...change };
    return new PusherServer({ appId, key, secret, host, port: String(port), ...rest });
  }

  /** The official client, connected, with subscriptions and sign-in signed by `signer`. */
  async client(target: Target, options: ClientOptions = {}): Promise<PusherClient> {
    const { signer = this.pusher(target), member, user, ...rest } = options;
    const client = new PusherClient(target.key, {
      cluster: 'none',
      wsHost: target.host,
      wsPort: target.port,
      forceTLS: false,
      enableStats: false,
      enabledTransports: ['ws'],
      channelAuthorization: {
        transport: 'ajax',
        endpoint: '',
        customHandler: ({ socketId, channelName }, done) =>
          done(null, signer.authorizeChannel(socketId, channelName, member)),
      },
      userAuthentication: {
        transport: 'ajax',
        endpoint: '',
        customHandler: ({ socketId }, done) =>
          done(null, signer.authenticateUser(socketId, { id: 'nobody', ...user })),
      },
      ...rest,
    });
    this.#cleanups.push(() => client.disconnect());
    await new Promise<void>((resolve) => client.connection.bind('connected', () => resolve()));
    return client;
  }

  /** A bare WebSocket, opened on any path. */
  async socket(target: Target, options: SocketOptions = {}): Promise<RawSocket> {
    const { path = `/app/${target.key}?protocol=7&client=test&version=1.0.0`, autoPong = true } = options;
    const socket = new WebSocket(`ws://${target.host}:${target.port}${path}`, { autoPong });
    const raw = new RawSocket(socket);
    this.#cleanups.push(() => socket.terminate());
    await raw.opened;
    return raw;
  }

  /** A bare connection that was greeted, with its socket id. */
  async connection(target: Target, options: SocketOptions = {}): Promise<RawSocket & { socketId: string }> {
    const raw = await this.socket(target, options);
    const greeting = await raw.next('pusher:connection_established');
    return Object.assign(raw, { socketId: String(greeting.data['socket_id']) });
  }

  /** An HTTP server that takes webhooks; `answer` gives the status for the n-th request, from 1. */
  async webhooks(answer: (attempt: number) => number = () => 200): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = answer(receiver.requests.length + 1);
        receiver.take({ headers: request.headers, body: Buffer.concat(chunks).toString(), status });
        // Whoever followed a redirect would come back here with another request.
        response.writeHead(status, status < 300 || status > 399 ? {} : { Location: '/elsewhere' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#cleanups.push(() => {
      server.closeAllConnections();
      server.close();
    });
    // A listening TCP server has an AddressInfo.
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
    return receiver;
  }
}

interface SocketOptions {
  path?: string;
  autoPong?: boolean;
}

export interface ClientOptions extends Partial<Options> {
  signer?: PusherServer;
  member?: PusherServer.PresenceChannelData;
  user?: Json & { id: string };
}

function outsideTarget(address: string): Target {
  const [host = '', port = ''] = address.split(':');
  const read = (name: string): string => process.env[name] ?? '';
  return {
    host,
    port: Number(port),
    appId: read('PUSHER_APP_ID'),
    key: read('PUSHER_KEY'),
    secret: read('PUSHER_SECRET'),
  };
}

/** A frame from the server, its data decoded when it was JSON in a string. */
export interface ReceivedFrame {
  event: string;
  channel?: string;
  user_id?: string;
  data: Json;
  /** The data exactly as it came. */
  rawData: unknown;
}

/** A WebSocket that remembers frames until a test asks for them. */
export class RawSocket {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  /** Code and reason with which the server closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Everything received so far. */
  readonly frames: ReceivedFrame[] = [];
  readonly #waiting: { event: string; take: (frame: ReceivedFrame) => void }[] = [];
  readonly #unread: ReceivedFrame[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    // The refusal of one handshake rejects `opened`; later errors show as a close.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data: Buffer) => this.#receive(data.toString()));
  }

  /** The next frame of this event that was not asked for yet. */
  async next(event: string): Promise<ReceivedFrame> {
    const index = this.#unread.findIndex((frame) => frame.event === event);
    const known = index < 0 ? undefined : this.#unread.splice(index, 1)[0];
    return known ?? new Promise((take) => this.#waiting.push({ event, take }));
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  subscribe(channel: string, rest: Json = {}): void {
    this.send({ event: 'pusher:subscribe', data: { channel, ...rest } });
  }

  /** Subscribes and waits until the server confirms. */
  async joined(channel: string, rest: Json = {}): Promise<ReceivedFrame> {
    this.subscribe(channel, rest);
    return this.next('pusher_internal:subscription_succeeded');
  }

  /** A round trip: all that the server sent before it has arrived, all that we sent was handled. */
  async settled(): Promise<void> {
    this.send({ event: 'pusher:ping', data: {} });
    await this.next('pusher:pong');
  }

  #receive(text: string): void {
    // The servers under test send JSON objects; a test fails on any other shape.
    const frame = JSON.parse(text) as { event: string; data?: unknown };
    const received = { ...frame, data: decode(frame.data), rawData: frame.data };
    this.frames.push(received);
    const waiter = this.#waiting.findIndex(({ event }) => event === frame.event);
    if (waiter < 0) this.#unread.push(received);
    else this.#waiting.splice(waiter, 1)[0]?.take(received);
  }
}

function decode(data: unknown): Json {
  try {
    // Checked by what a test then reads from it.
    return (typeof data === 'string' ? JSON.parse(data) : data) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return { text: data };
    throw error;
  }
}

/** A webhook as it arrived. */
export interface ReceivedWebhook {
  headers: NodeJS.Dict<string | string[]>;
  body: string;
  status: number;
}

/** Collects webhooks and waits for them. */
export class WebhookReceiver {
  url = '';
  readonly requests: ReceivedWebhook[] = [];
  #changed: () => void = () => undefined;

  take(request: ReceivedWebhook): void {
    this.requests.push(request);
    this.#changed();
  }

  /** Events of the requests that were answered with success, in order. */
  events(): Json[] {
    return this.requests
      .filter(({ status }) => status === 200)
      .flatMap(({ body }) => (JSON.parse(body) as { events: Json[] }).events);
  }

  /** Resolves once the condition holds. */
  async until(condition: (receiver: this) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

/** What a signed request to the HTTP API may deviate in. */
export interface RestRequest {
  method?: string;
  path: string;
  body?: string | undefined;
  query?: Record<string, string>;
  /** Changes the authentication parameters before they are signed. */
  auth?: Record<string, string>;
  /** Replaces the signature. */
  signature?: string;
  secret?: string;
}

/** A request to the HTTP API, signed by hand, so that any part of it can be wrong. */
export async function rest(target: Target, request: RestRequest): Promise<{ status: number; text: string }> {
  const { body, method = body === undefined ? 'GET' : 'POST', secret = target.secret } = request;
  const path = `/apps/${target.appId}${request.path}`;
  const parameters: Record<string, string> = {
    auth_key: target.key,
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: '1.0',
    ...(body === undefined ? {} : { body_md5: createHash('md5').update(body).digest('hex') }),
    ...request.query,
    ...request.auth,
  };
  const query = Object.keys(parameters)
    .filter((key) => parameters[key] !== '')
    .sort()
    .map((key) => `${key}=${parameters[key] ?? ''}`)
    .join('&');
  const signature =
    request.signature ?? createHmac('sha256', secret).update(`${method}\n${path}\n${query}`).digest('hex');
  const url = `http://${target.host}:${target.port}${path}?${query}&auth_signature=${signature}`;
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) });
  return { status: response.status, text: await response.text() };
}

/** The next emission of an event on a channel, connection or client of the official library. */
export async function once(
  emitter: { bind: (event: string, callback: (data: Json) => void) => unknown },
  event: string,
): Promise<Json> {
  return new Promise((resolve) => emitter.bind(event, resolve));
}
