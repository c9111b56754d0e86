import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GRANT_SECONDS, TICKET_CONTEXT, type Ticket } from '@/domain/wire/tickets';
import { PortListener } from './listener';
import { TicketCheck } from './ticket-check';

const KEY = 'token-of-this-life';
const SESSION = '00000000-0000-4000-8000-000000000001';
const ORIGIN = 'http://preview.localhost';

let dev: http.Server;
let sockets: WebSocketServer;
let listener: PortListener;
let seen: http.IncomingHttpHeaders[];
let nowMs: number;
let open: Set<number>;
let devPort: number;

beforeEach(async () => {
  seen = [];
  dev = http.createServer((request, response) => {
    seen.push(request.headers);
    if (request.url === '/away')
      response.writeHead(302, { location: `http://localhost:${devPort}/login?a=1` });
    if (request.url === '/elsewhere') response.writeHead(302, { location: 'https://example.com/x' });
    if (request.url === '/strict') response.setHeader('content-security-policy', "default-src 'self'");
    if (!response.headersSent) response.setHeader('set-cookie', ['own=1', 'dispatch_grant=stolen']);
    response.end(`page ${request.url ?? ''}`);
  });
  sockets = new WebSocketServer({ server: dev });
  sockets.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => socket.send(`echo ${data.toString('utf8')}`)),
  );
  dev.listen(0, '127.0.0.1');
  await once(dev, 'listening');
  // A listening TCP server always has an address of this kind.
  devPort = (dev.address() as AddressInfo).port;
  open = new Set([devPort]);
  nowMs = 1_800_000_000_000;
  listener = listenerOf(1);
  await listener.start();
});

afterEach(() => {
  listener.close();
  sockets.close();
  dev.close();
  dev.closeAllConnections();
});

function listenerOf(epoch: number): PortListener {
  const isOpen = (port: number): Promise<boolean> => Promise.resolve(open.has(port));
  const now = () => nowMs;
  const check = new TicketCheck({ sessionId: SESSION, epoch, now });
  const terminal = { accept: () => undefined, close: () => undefined };
  return new PortListener({ key: KEY, check, now, isOpen, terminal });
}

function sealed(change: object = {}, key = KEY): string {
  const ticket = {
    ...{ nonce: randomUUID(), sessionId: SESSION, epoch: 1, userId: 'u', purpose: 'preview', port: devPort },
    ...{ origin: ORIGIN, renewUrl: 'http://app.test/again', expiresAt: nowMs / 1_000 + 60 },
    ...change,
  } as Ticket;
  const payload = Buffer.from(JSON.stringify(ticket)).toString('base64url');
  return `${payload}.${createHmac('sha256', key).update(`${TICKET_CONTEXT}|${payload}`).digest('base64url')}`;
}

const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${String(listener.port)}${path}`, { redirect: 'manual', headers });

/** `fetch` sets some headers itself. */
function askRaw(headers: Record<string, string>): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port: listener.port, path: '/', headers };
    http.get(to, (answer) => resolve(answer.resume())).on('error', reject);
  });
}

async function enter(ticket = sealed()): Promise<string> {
  const response = await ask(`/a?x=1&dispatch_ticket=${ticket}`);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/a?x=1');
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('the listener of a bridge', () => {
  it('lets in with a ticket, and then with the cookie, which the program never sees', async () => {
    const cookie = await enter();
    const page = await ask('/a?x=1', { cookie: `mine=2; ${cookie}`, authorization: 'Bearer outside' });
    expect(await page.text()).toBe('page /a?x=1');
    expect(seen[0]).toMatchObject({ cookie: 'mine=2', host: `localhost:${devPort}` });
    expect(seen[0]).not.toHaveProperty('authorization');
    expect(page.headers.getSetCookie()).toEqual(['own=1']);
  });

  it.each([
    ['without a ticket', () => '/'],
    [
      'a ticket as long as it pleases',
      () => `/?dispatch_ticket=${sealed({ expiresAt: nowMs / 1_000 + 61 })}`,
    ],
    ['an old ticket', () => `/?dispatch_ticket=${sealed({ expiresAt: nowMs / 1_000 })}`],
    ['a ticket of another session', () => `/?dispatch_ticket=${sealed({ sessionId: randomUUID() })}`],
    ['a ticket of another life', () => `/?dispatch_ticket=${sealed({ epoch: 2 })}`],
    ['a ticket signed by somebody else', () => `/?dispatch_ticket=${sealed({}, 'another key')}`],
    ['no ticket at all', () => '/?dispatch_ticket=x'],
  ])('turns away %s', async (_, path) => {
    expect((await ask(path())).status).toBe(403);
    expect(seen).toEqual([]);
  });

  it('takes a ticket once, and not as a cookie', async () => {
    const ticket = sealed();
    await enter(ticket);
    expect((await ask(`/?dispatch_ticket=${ticket}`)).status).toBe(403);
    expect((await ask('/', { cookie: `dispatch_grant=${ticket}` })).status).toBe(403);
  });

  it('opens only the port of the ticket, and only while a program of the sandbox has it', async () => {
    const cookie = await enter(sealed({ port: 1 }));
    expect((await ask('/', { cookie })).status).toBe(502);
    const good = await enter();
    open.clear();
    expect((await ask('/', { cookie: good })).status).toBe(502);
    expect(seen).toEqual([]);
  });

  it('sends a page whose time is over back to Dispatch, and lets its files fail', async () => {
    const cookie = await enter();
    nowMs += GRANT_SECONDS * 1_000;
    expect((await ask('/app.js', { cookie })).status).toBe(403);
    const page = await askRaw({ cookie, 'sec-fetch-mode': 'navigate' });
    expect([page.statusCode, page.headers.location]).toEqual([303, 'http://app.test/again']);
    expect(seen).toEqual([]);
  });

  it.each([
    [{ origin: 'http://evil.test' }],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    [{ 'service-worker': 'script' }],
  ])('refuses what another site asks with its cookie: %j', async (headers) => {
    const cookie = await enter();
    expect((await askRaw({ cookie, ...headers })).statusCode).toBe(403);
    expect(seen).toEqual([]);
  });

  it('keeps a redirect of the program to itself within the preview', async () => {
    const cookie = await enter();
    const [own, other] = [await ask('/away', { cookie }), await ask('/elsewhere', { cookie })];
    expect(own.headers.get('location')).toBe(`${ORIGIN}/login?a=1`);
    expect(other.headers.get('location')).toBe('https://example.com/x');
  });

  it('lets nobody else frame it, and keeps what the page says of itself', async () => {
    const cookie = await enter();
    const { headers } = await ask('/strict', { cookie });
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toBe("default-src 'self', frame-ancestors 'self'");
  });

  it('hands what lets in at the provider neither to the program nor to the address that is left', async () => {
    const token = '_modal_connect_token=secret';
    const welcome = await ask(`/a?${token}&x=1&dispatch_ticket=${sealed()}`);
    expect(welcome.headers.get('location')).toBe('/a?x=1');
    const cookie = await enter();
    expect(await (await ask(`/b?${token}`, { cookie: `${cookie}; ${token}` })).text()).toBe('page /b');
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it.each(['without a cookie', 'with one'])('outlives connections that are reset, %s', async (how) => {
    const cookie = how === 'with one' ? await enter() : 'none=1';
    const { port } = listener;
    for (let n = 0; n < 20; n += 1) {
      const socket = connect({ host: '127.0.0.1', port: port ?? 0 });
      await once(socket, 'connect');
      socket.write(
        `GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\ncookie: ${cookie}\r\n\r\n`,
      );
      socket.resetAndDestroy();
    }
    expect(await (await ask('/after', { cookie: await enter() })).text()).toBe('page /after');
  });

  it('passes a WebSocket on, and none of another site or without a cookie', async () => {
    const cookie = await enter();
    const url = `ws://127.0.0.1:${String(listener.port)}/hmr`;
    const socket = new WebSocket(url, { headers: { cookie, origin: ORIGIN } });
    await once(socket, 'open');
    socket.send('hello');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(String(answer)).toBe('echo hello');
    socket.close();
    for (const headers of [{ origin: ORIGIN }, { cookie, origin: 'http://evil.test' }]) {
      const refused = new WebSocket(url, { headers });
      await expect(once(refused, 'open')).rejects.toThrow('403');
    }
  });

  it('ends an open WebSocket when its time is over', async () => {
    const cookie = await enter();
    nowMs += (GRANT_SECONDS - 0.2) * 1_000;
    const socket = new WebSocket(`ws://127.0.0.1:${String(listener.port)}/`, {
      headers: { cookie, origin: ORIGIN },
    });
    await once(socket, 'open');
    await once(socket, 'close');
  });
});
