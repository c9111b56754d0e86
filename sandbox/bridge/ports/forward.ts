import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { GRANT_COOKIE, type Ticket } from '@/domain/wire/tickets';

/** How long a program of the sandbox may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Of one connection alone, or what another one in front put there for itself. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'proxy-authorization', 'authorization', 'cookie']);
/** Modal's, by which its proxy lets in; no program of the sandbox is to have it. */
export const CONNECT_TOKEN = '_modal_connect_token';
const OWN_COOKIES = new Set([GRANT_COOKIE, CONNECT_TOKEN]);

/** A preview is framed by itself alone, and has no hold on the page that opened it. */
const ADDED_HEADERS = {
  'x-frame-options': 'SAMEORIGIN',
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

/** Passes a request on to the port of its grant and streams the answer back. Errors: the connection's. */
export async function forwardRequest(
  { port, origin }: Pick<Ticket, 'port' | 'origin'>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const socket = await connectInside(port);
  await new Promise<void>((resolve, reject) => {
    const upstream = http.request({
      createConnection: () => socket,
      method: request.method,
      path: pathOf(request),
      headers: forwardedHeaders(request.headers, port),
    });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers, { port, origin }));
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
  if (client.destroyed) {
    socket.destroy();
    return;
  }
  const headers = { ...forwardedHeaders(request.headers, port), connection: 'Upgrade' };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}: ${String(one)}`),
  );
  socket.write(`${request.method ?? 'GET'} ${pathOf(request)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  socket.write(head);
  const end = (): void => {
    socket.destroy();
    client.destroy();
  };
  // A connection that is cut on one side is cut on the other, which is how both see it.
  pipeline(socket, client, end);
  pipeline(client, socket, end);
}

function pathOf({ url = '/' }: http.IncomingMessage): string {
  if (!url.includes(CONNECT_TOKEN)) return url;
  const { pathname, searchParams } = new URL(url, 'http://sandbox');
  searchParams.delete(CONNECT_TOKEN);
  return searchParams.size > 0 ? `${pathname}?${searchParams.toString()}` : pathname;
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

function answerHeaders(
  headers: http.IncomingHttpHeaders,
  at: { port: number; origin: string },
): http.OutgoingHttpHeaders {
  const dropped = new Set(['connection', 'keep-alive', 'service-worker-allowed', 'clear-site-data']);
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
  // A page of the sandbox must not take the place of what lets people in.
  const cookies = (headers['set-cookie'] ?? []).filter((cookie) => !cookie.trim().startsWith(GRANT_COOKIE));
  const { location, 'content-security-policy': policy } = headers;
  return {
    ...kept,
    ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    ...(location === undefined ? {} : { location: locationAt(location, at) }),
    ...ADDED_HEADERS,
    // What the page says of itself holds beside it.
    'content-security-policy': [...[policy ?? []].flat(), "frame-ancestors 'self'"].join(', '),
  };
}

/** A dev server redirects to where it thinks it is; to a browser that is the person's own machine. */
function locationAt(location: string, { port, origin }: { port: number; origin: string }): string {
  if (!URL.canParse(location)) return location;
  const { hostname, port: to, pathname, search, hash } = new URL(location);
  const isItself = ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && to === String(port);
  return isItself ? `${origin}${pathname}${search}${hash}` : location;
}
