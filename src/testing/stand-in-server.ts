import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { parseEvent } from '@/domain/events/parse-event';
import type { EventKind, EventOf, SessionEvent } from '@/domain/events/session-event';
import {
  type BootResponse,
  type BridgeCommand,
  type Delta,
  type NumberedCommand,
  SyncRequest,
  type SyncResponse,
} from '@/domain/wire/bridge';
import { ReadReport } from '@/domain/wire/reads';

/** One answer in place of the route's own: the request never reaches it. */
export type Fault = (request: { path: string; body: unknown; sizeBytes: number }) => number | 'drop' | null;

export interface StandInServerOptions {
  boot: BootResponse;
  epoch: number;
  token: string;
  /** Where the model answers, with `/v1` at its end. */
  modelUrl: string;
}

/**
 * The server's side of a sandbox's calls, as small as it can be: events are stored by number, checkpoints where
 * they fit, blobs in memory. For tests of what runs inside a sandbox.
 */
export class StandInServer {
  readonly #options: StandInServerOptions;
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  #port = 0;

  readonly events: SessionEvent[] = [];
  readonly deltas: Delta[] = [];
  readonly syncs: SyncRequest[] = [];
  readonly blobs = new Map<string, Buffer>();
  readonly partTexts = new Map<string, string>();
  /** Answers to looks at the files. */
  readonly reads: ReadReport[] = [];
  /** Paths of the model gateway and the headers that came with them. */
  readonly modelCalls: { path: string; headers: http.IncomingHttpHeaders }[] = [];
  readonly boots: unknown[] = [];
  commands: NumberedCommand[] = [];
  watchers = 1;
  fault: Fault = () => null;
  #acked = 0;
  #lastCommand = 0;

  private constructor(options: StandInServerOptions) {
    this.#options = options;
    this.#server = http.createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options: StandInServerOptions): Promise<StandInServer> {
    const server = new StandInServer(options);
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Listens (again), on the same port as before. */
  async up(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    // A listening TCP server always has an address of this kind.
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts every connection, as a killed server does. */
  async down(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  send(command: BridgeCommand): number {
    this.#lastCommand += 1;
    this.commands.push({ n: this.#lastCommand, command });
    this.#changed();
    return this.#lastCommand;
  }

  of<K extends EventKind>(kind: K): EventOf<K>[] {
    // The filter leaves events of that kind only.
    return this.events.filter((event) => event.kind === kind) as EventOf<K>[];
  }

  /** Resolves with the first answer that is not undefined, asked after everything that comes in. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Resolves when such an event is stored. */
  untilEvent<K extends EventKind>(
    kind: K,
    fits: (event: EventOf<K>) => boolean = () => true,
  ): Promise<EventOf<K>> {
    return this.until(() => this.of(kind).find(fits));
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const raw = await readAll(request);
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    if (request.method === 'PUT') {
      this.blobs.set(path.slice(1), bytes);
      response.writeHead(200).end();
      return;
    }
    const body: unknown = bytes.length === 0 ? null : JSON.parse(bytes.toString('utf8'));
    const fault = this.fault({ path, body, sizeBytes: bytes.length });
    if (fault === 'drop') {
      response.destroy();
      return;
    }
    const blob = request.method === 'GET' ? this.blobs.get(path.slice(1)) : undefined;
    const isOurs = request.headers.authorization === `Bearer ${this.#options.token}`;
    if (fault !== null) refuse(response, fault);
    else if (blob) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(blob);
    else if (isOurs) await this.#route(request, { path, bytes, body }, response);
    else refuse(response, 401);
  }

  async #route(
    request: http.IncomingMessage,
    { path, bytes, body }: { path: string; bytes: Buffer; body: unknown },
    response: http.ServerResponse,
  ): Promise<void> {
    if (path.startsWith('/api/sandbox/model/')) return this.#model(request, { path, bytes }, response);
    const answer = await this.#answer(request, path, body);
    response.writeHead(answer === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  async #answer(request: http.IncomingMessage, path: string, body: unknown): Promise<unknown> {
    switch (path) {
      case '/api/sandbox/boot':
        this.boots.push(body);
        return this.#options.boot;
      case '/api/sandbox/sync':
        if (request.method === 'GET') return this.#poll(request);
        return this.#sync(SyncRequest.parse(body));
      case '/api/sandbox/uploads': {
        const key = `s/blob/${String(this.blobs.size + 1)}-${String(Math.random()).slice(2, 8)}`;
        return { key, url: `${this.url}/${key}`, headers: { 'x-upload': 'yes' } };
      }
      case '/api/sandbox/reads':
        this.reads.push(ReadReport.parse(body));
        this.#changed();
        return {};
      default:
        return null;
    }
  }

  #sync(request: SyncRequest): SyncResponse {
    this.syncs.push(request);
    const stored = this.events.length - (request.first - 1);
    if (stored >= 0) this.events.push(...request.events.slice(stored).map(parseEvent));
    for (const { partId, offset, text, isReplacement } of request.checkpoints) {
      const known = this.partTexts.get(partId) ?? '';
      if (isReplacement) this.partTexts.set(partId, text);
      else if (known.length === offset) this.partTexts.set(partId, known + text);
    }
    this.deltas.push(...request.deltas);
    this.#acked = Math.max(this.#acked, request.ackedCommand);
    this.#changed();
    return this.#response();
  }

  #response(): SyncResponse {
    return {
      ack: this.events.length,
      epoch: this.#options.epoch,
      commands: this.commands.filter(({ n }) => n > this.#acked),
      watchers: this.watchers,
    };
  }

  async #poll(request: http.IncomingMessage): Promise<SyncResponse> {
    const query = new URL(request.url ?? '/', this.url).searchParams;
    const isWaiting = (): boolean => this.commands.some(({ n }) => n > Number(query.get('acked')));
    let isOver = false;
    setTimeout(() => {
      isOver = true;
      this.#changed();
    }, 2_000).unref();
    await this.until(() => (isWaiting() || isOver ? true : undefined));
    return this.#response();
  }

  async #model(
    request: http.IncomingMessage,
    call: { path: string; bytes: Buffer },
    response: http.ServerResponse,
  ): Promise<void> {
    this.modelCalls.push({ path: call.path, headers: request.headers });
    const rest = call.path.slice('/api/sandbox/model/'.length);
    const cut = new AbortController();
    response.on('close', () => cut.abort());
    const answer = await fetch(`${this.#options.modelUrl}/${rest}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(call.bytes),
      signal: cut.signal,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.flushHeaders();
    try {
      if (answer.body) await pipeline(streamOf(answer.body), response);
      else response.end();
    } catch {
      // The model or the sandbox cut the stream: so is the other half.
      response.destroy();
    }
  }
}

function refuse(response: http.ServerResponse, status: number): void {
  response.writeHead(status).end('{"error":{"code":"fault","message":"refused by the test"}}');
}

/** Node's and the DOM's types of the same web stream do not know each other. */
function streamOf(body: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(body as unknown as Parameters<typeof Readable.fromWeb>[0]);
}

async function readAll(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // Without an encoding set, Node hands out buffers only.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
