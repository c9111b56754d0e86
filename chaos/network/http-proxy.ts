import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listen, stopListening } from '@/embedded/loopback';
import {
  type Answer,
  BrokenConnectionError,
  type Interceptor,
  type Next,
  type Passing,
  refusal,
  routeOf,
} from './exchange';

/** Headers that belong to one connection, not to what goes over it. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect']);

/** Answers of these come bit by bit for as long as a model speaks. */
const STREAMED = new Set<Passing['route']>(['model']);

/** Passes requests on to a server on this machine, through interceptors that may do anything to them. */
export class HttpProxy {
  /** The first one is the closest to the client. */
  readonly interceptors: Interceptor[] = [];
  readonly server: Server;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200 });
  readonly #targetPort: () => number;
  url = '';

  private constructor(targetPort: () => number) {
    this.#targetPort = targetPort;
    this.server = createServer((request, response) => void this.#serve(request, response));
    this.server.requestTimeout = 0;
  }

  /** `targetPort` is asked for each request. */
  static async start(targetPort: () => number, port = 0): Promise<HttpProxy> {
    const proxy = new HttpProxy(targetPort);
    proxy.url = await listen(proxy.server, port);
    return proxy;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Adds an interceptor until the answer is called. */
  intercept(interceptor: Interceptor): () => void {
    this.interceptors.push(interceptor);
    return () => {
      const at = this.interceptors.indexOf(interceptor);
      if (at !== -1) this.interceptors.splice(at, 1);
    };
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await stopListening(this.server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const { method = 'GET', url: path = '/', headers } = request;
      const route = routeOf(method, path);
      const passing = { route, method, path, headers, body: await readAll(request), gone: gone.signal };
      await send(response, await this.#through(passing));
    } catch (error) {
      if (!(error instanceof BrokenConnectionError)) console.error('chaos: proxy:', error);
      response.destroy();
    }
  }

  #through(passing: Passing): Promise<Answer> {
    const chain = this.interceptors.reduceRight<Next>(
      (next, interceptor) => (changed) => interceptor(changed, next),
      (last) => this.#forward(last),
    );
    return chain(passing);
  }

  /** A server that is not there answers 503, as the platform's own proxy does; one that dies breaks the connection. */
  #forward(passing: Passing): Promise<Answer> {
    const { method, path, route, body } = passing;
    const headers = Object.fromEntries(
      Object.entries(passing.headers).filter(([name]) => !HOP_BY_HOP.has(name)),
    );
    headers['content-length'] = String(body.length);
    return new Promise((resolve, reject) => {
      const onward = forward(
        { host: '127.0.0.1', port: this.#targetPort(), method, path, headers, agent: this.#agent },
        (answer) => {
          const { statusCode: status = 502 } = answer;
          if (STREAMED.has(route)) resolve({ status, headers: answer.headers, body: answer });
          else {
            readAll(answer).then(
              (bytes) => resolve({ status, headers: answer.headers, body: bytes }),
              (error: unknown) => reject(new BrokenConnectionError('the answer broke off', { cause: error })),
            );
          }
        },
      );
      onward.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') resolve(refusal(503));
        else reject(new BrokenConnectionError(error.message, { cause: error }));
      });
      // A function works on when its caller has left; only a stream ends with whoever reads it.
      if (STREAMED.has(route)) passing.gone.addEventListener('abort', () => onward.destroy());
      onward.end(body);
    });
  }
}

async function send(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (response.destroyed) {
    if (body instanceof Readable) body.destroy();
    return;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name) && name !== 'content-length') {
      response.setHeader(name, value);
    }
  }
  if (!(body instanceof Readable)) {
    response.writeHead(status, { 'content-length': String(body.length) });
    response.end(body);
    return;
  }
  response.writeHead(status);
  response.flushHeaders();
  await pipeline(body, response).catch(() => {
    // One of the two ends broke off, and so does the other.
    response.destroy();
  });
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // Without an encoding set, Node hands out buffers only.
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
