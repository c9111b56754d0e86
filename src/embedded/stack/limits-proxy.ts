import {
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { stopListening, listen } from '../loopback';

/** Vercel's limit for the body of a request or of an answer that is not streamed: 4.5 MB. */
export const MAX_BODY_BYTES = 4.5 * 1024 * 1024;

/** Vercel's default duration of a function, and the routes that ask for another (`maxDuration`). */
const DEFAULT_DURATION_S = 300;
const DURATIONS_S: readonly (readonly [RegExp, number])[] = [
  [/^\/api\/sandbox\/model\//, 800],
  [/^\/api\/(trpc|sandbox\/sync|cron)\b/, 60],
];

export interface LimitsProxyOptions {
  port: number;
  /** Where the app itself listens. */
  appPort: number;
}

/**
 * Stands before the app on one machine and holds it to the limits of the platform that it is deployed to: what works
 * here works there. While the app restarts it answers 503, which every client of ours takes for "again".
 */
export async function startLimitsProxy({
  port,
  appPort,
}: LimitsProxyOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = createProxy(appPort);
  const url = await listen(server, port);
  const alsoV6 = await listenOnV6(createProxy(appPort), Number(new URL(url).port));
  const close = async (): Promise<void> => {
    await stopListening(server);
    if (alsoV6) await stopListening(alsoV6);
  };
  return { url, close };
}

function createProxy(appPort: number): Server {
  const server = createServer((request, response) => {
    pass({ request, response, appPort });
  });
  server.requestTimeout = 0;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    passUpgrade({ request, socket, head, appPort });
  });
  return server;
}

/** `localhost` may mean `::1` first. A machine without IPv6, or with that port taken there, does without. */
async function listenOnV6(server: Server, port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '::1', () => resolve(server));
  });
}

function refuse(response: ServerResponse, status: number, error: { code: string; message: string }): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' });
  response.end(JSON.stringify({ error }));
}

const TOO_LARGE = {
  code: 'FUNCTION_PAYLOAD_TOO_LARGE',
  message: 'A request may carry at most 4.5 MB. Large content goes to the blob store directly.',
};
const RESTARTING = { code: 'restarting', message: 'The app is starting. Try again in a moment.' };
const TIMED_OUT = { code: 'FUNCTION_INVOCATION_TIMEOUT', message: 'The request took longer than it may.' };

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  appPort: number;
}

function durationMs(path: string): number {
  const [, seconds] = DURATIONS_S.find(([route]) => route.test(path)) ?? [null, DEFAULT_DURATION_S];
  return seconds * 1_000;
}

function pass({ request, response, appPort }: Exchange): void {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    refuse(response, 413, TOO_LARGE);
    request.resume();
    return;
  }
  const { method, url: path, headers } = request;
  const onward = forward({ host: '127.0.0.1', port: appPort, method, path, headers });
  const timer = setTimeout(
    () => {
      refuse(response, 504, TIMED_OUT);
      onward.destroy();
    },
    durationMs(path ?? '/'),
  );
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => refuse(response, 503, RESTARTING));
  response.on('close', () => {
    clearTimeout(timer);
    onward.destroy();
  });
  let sentBytes = 0;
  request.on('data', (chunk: Buffer) => {
    sentBytes += chunk.length;
    if (sentBytes <= MAX_BODY_BYTES) return;
    refuse(response, 413, TOO_LARGE);
    onward.destroy();
  });
  request.pipe(onward);
}

/** The development server's own socket; nothing of ours is upgraded. */
function passUpgrade({
  request,
  socket,
  head,
  appPort,
}: {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  appPort: number;
}): void {
  const onward = connect(appPort, '127.0.0.1', () => {
    const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      lines.push(`${request.rawHeaders[i] ?? ''}: ${request.rawHeaders[i + 1] ?? ''}`);
    }
    onward.write(`${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
}
