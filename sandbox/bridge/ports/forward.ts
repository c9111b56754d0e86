import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { GRANT_COOKIE } from '@/domain/wire/tickets';

/** How long a program of the sandbox may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Of one connection alone, or what another one in front put there for itself. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'proxy-authorization', 'authorization', 'cookie']);
const OWN_COOKIES = new Set([GRANT_COOKIE, '_modal_connect_token']);

/** A preview may neither be framed nor keep a hold on the page that opened it. */
const ADDED_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-robots-tag': 'noindex',
} as const;

/** Connects to a port inside, by either of loopback's addresses: dev servers listen at one of them. */
async function connectInside(port: number): Promise<Socket> {
  try {
    return await connectTo('127.0.0.1', port);
  } catch {
    // Then it is the other one, or its error is the one to tell.
    return connectTo('::1', port);
  }
}

function connectTo(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error(`Port ${port} did not answer.`)));
    socket.once('connect', () => {
      socket.off('error', fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Passes a request on to a port inside and streams its answer back. Errors: the connection's. */
export async function forwardRequest(
  port: number,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const socket = await connectInside(port);
  await new Promise<void>((resolve, reject) => {
    const upstream = http.request({
      createConnection: () => socket,
      method: request.method,
      path: request.url,
      headers: forwardedHeaders(request.headers, port),
    });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers));
      pipeline(answer, response, () => resolve());
    });
    upstream.on('error', reject);
    response.on('close', () => upstream.destroy());
    pipeline(request, upstream, (error) => {
      if (error) upstream.destroy(error);
    });
  });
}

/** Passes a WebSocket on to a port inside, byte for byte behind its first request. Errors: the connection's. */
export async function forwardUpgrade(
  port: number,
  request: http.IncomingMessage,
  { client, head }: { client: Duplex; head: Buffer },
): Promise<void> {
  const socket = await connectInside(port);
  const headers = { ...forwardedHeaders(request.headers, port), connection: 'Upgrade' };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}: ${String(one)}`),
  );
  socket.write(`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  socket.write(head);
  const end = (): void => {
    socket.destroy();
    client.destroy();
  };
  // A connection that is cut on one side is cut on the other, which is how both see it.
  pipeline(socket, client, end);
  pipeline(client, socket, end);
}

/** A dev server sees its own address: many refuse a host that they don't know. */
function forwardedHeaders(headers: http.IncomingHttpHeaders, port: number): http.OutgoingHttpHeaders {
  const kept: http.OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) if (!NOT_FORWARDED.has(name)) kept[name] = value;
  const cookies = (headers.cookie ?? '')
    .split(/; */)
    .filter((pair) => pair !== '' && !OWN_COOKIES.has(pair.split('=')[0] ?? ''));
  if (cookies.length > 0) kept['cookie'] = cookies.join('; ');
  if (kept.origin !== undefined) kept.origin = `http://localhost:${port}`;
  return { ...kept, host: `localhost:${port}`, 'x-forwarded-host': headers.host ?? '' };
}

function answerHeaders(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const dropped = new Set(['connection', 'keep-alive', 'service-worker-allowed', 'clear-site-data']);
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
  // A page of the sandbox must not take the place of what lets people in.
  const cookies = (headers['set-cookie'] ?? []).filter((cookie) => !cookie.trim().startsWith(GRANT_COOKIE));
  return { ...kept, ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}), ...ADDED_HEADERS };
}
