import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '@/domain/errors';
import { once, RealtimeBench, type Target } from '@/testing/realtime-target';
import { createPusherRealtime } from './create-pusher-realtime';

const bench = new RealtimeBench();
const servers: Server[] = [];
afterEach(async () => {
  await bench.close();
  for (const server of servers.splice(0)) server.close();
});

/** A TCP server whose n-th connection is treated as told. */
async function tcpTarget(treat: (socket: Socket, connection: number) => void): Promise<Target> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    treat(socket, connections);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  // A listening TCP server has an AddressInfo.
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    appId: 'a',
    key: 'k',
    secret: 's',
  };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const message = { channel: 'private-a', event: 'e', data: {} };

describe('publishing', () => {
  it('reaches a subscriber that the same adapter authorised', async () => {
    const target = await bench.target();
    const realtime = createPusherRealtime(target);
    const reader = await bench.connection(target);
    await reader.joined('private-a', realtime.authorize({ socketId: reader.socketId, channel: 'private-a' }));
    expect(await realtime.publish({ ...message, data: { text: 'grüße', n: [1, null] } })).toEqual({
      ok: true,
    });
    expect((await reader.next('e')).data).toEqual({ text: 'grüße', n: [1, null] });
  });

  it.each([['text'], [''], [null], [7], [undefined]])('delivers %j as JSON', async (data) => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    await createPusherRealtime(target).publish({ channel: 'news', event: 'e', data });
    expect((await reader.next('e')).rawData).toBe(JSON.stringify(data ?? null));
  });

  it('sends 10,000 bytes of JSON and refuses one more without a request', async () => {
    const target = await bench.target();
    const realtime = createPusherRealtime(target);
    const data = 'ü'.repeat(4_999);
    expect(await realtime.publish({ ...message, data })).toEqual({ ok: true });
    const nowhere = createPusherRealtime({ ...target, port: 1 });
    expect(await nowhere.publish({ ...message, data: `${data}x` })).toMatchObject({
      ok: false,
      tooLarge: true,
    });
  });

  it('tells a server that finds the data too large from other failures', async () => {
    const target = await bench.target({ limits: { eventDataBytes: 10 } });
    const realtime = createPusherRealtime(target);
    expect(await realtime.publish({ ...message, data: 'more than ten' })).toEqual({
      ok: false,
      error: 'status 413: The data content of this event exceeds the allowed maximum (10 bytes)',
      tooLarge: true,
    });
  });

  it.each([
    [
      'a wrong secret',
      (target: Target) => ({ ...target, secret: 'another' }),
      /^status 401: Invalid signature/,
    ],
    ['a wrong app', (target: Target) => ({ ...target, appId: 'x' }), /^status 404: Unknown app_id/],
    ['a server that is not there', (target: Target) => ({ ...target, port: 1 }), /^ECONNREFUSED/],
  ])('resolves with the reason for %s, and gives no signature away', async (_case, change, reason) => {
    const result = await createPusherRealtime(change(await bench.target())).publish(message);
    expect(result).toMatchObject({
      ok: false,
      tooLarge: false,
      error: expect.stringMatching(reason) as string,
    });
    expect(JSON.stringify(result)).not.toContain('auth_signature=');
  });

  it.each([
    ['a channel there cannot be', { ...message, channel: 'a b' }],
    ['an event name too long', { ...message, event: 'e'.repeat(201) }],
    ['data that JSON cannot hold', { ...message, data: { big: 1n } }],
  ])('resolves for %s', async (_case, wrong) => {
    const result = await createPusherRealtime(await bench.target()).publish(wrong);
    expect(result).toMatchObject({ ok: false, tooLarge: false });
  });

  it('repeats once when the connection turns out to be dead', async () => {
    const target = await tcpTarget((socket, connection) => {
      socket.once('data', () => (connection === 1 ? socket.resetAndDestroy() : socket.end(OK)));
    });
    expect(await createPusherRealtime(target).publish(message)).toEqual({ ok: true });
  });

  it('repeats only once, and not for an answer', async () => {
    let connections = 0;
    const resetting = await tcpTarget((socket) => {
      connections += 1;
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect(await createPusherRealtime(resetting).publish(message)).toMatchObject({
      ok: false,
      error: 'ECONNRESET',
    });
    expect(connections).toBe(2);
    const refusing = await tcpTarget((socket) => {
      connections += 1;
      socket.once('data', () => socket.end('HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n'));
    });
    expect(await createPusherRealtime(refusing).publish(message)).toMatchObject({
      ok: false,
      error: 'status 500',
    });
    expect(connections).toBe(3);
  });

  it('gives up on a server that does not answer', async () => {
    const silent = await tcpTarget(() => undefined);
    expect(await createPusherRealtime(silent).publish(message)).toMatchObject({ ok: false, tooLarge: false });
  });

  it('keeps at most four connections open and uses them again', async () => {
    let connections = 0;
    const target = await tcpTarget((socket) => {
      connections += 1;
      socket.on('data', (data) => {
        if (data.toString().includes('\r\n\r\n')) socket.write(OK);
      });
    });
    const realtime = createPusherRealtime(target);
    const many = async (): Promise<unknown> =>
      Promise.all(Array.from({ length: 20 }, async () => realtime.publish(message)));
    await many();
    await many();
    expect(connections).toBe(4);
  });
});

describe('authorising', () => {
  it('lets a member onto a presence channel with its id and info', async () => {
    const target = await bench.target();
    const realtime = createPusherRealtime(target);
    const reader = await bench.connection(target);
    const member = { id: 'ann', info: { client: 'web' } };
    const auth = realtime.authorize({ socketId: reader.socketId, channel: 'presence-a', member });
    const joined = await reader.joined('presence-a', auth);
    expect(joined.data).toEqual({ presence: { count: 1, ids: ['ann'], hash: { ann: { client: 'web' } } } });
  });

  it('signs nothing about a person for a private channel', async () => {
    const realtime = createPusherRealtime(await bench.target());
    const member = { id: 'ann', info: {} };
    const auth = realtime.authorize({ socketId: '1.1', channel: 'private-a', member });
    expect(auth).toEqual(realtime.authorize({ socketId: '1.1', channel: 'private-a' }));
  });

  it.each([
    ['a public channel', { socketId: '1.1', channel: 'news' }],
    ['the channel of a user', { socketId: '1.1', channel: '#server-to-user-ann' }],
    ['a channel that smuggles a second field', { socketId: '1.1', channel: 'private-a:{"user_id":"root"}' }],
    ['a socket id that smuggles a channel', { socketId: '1.1:private-secret', channel: 'private-a' }],
    ['a presence channel without its member', { socketId: '1.1', channel: 'presence-a' }],
  ])('throws for %s', async (_case, request) => {
    const realtime = createPusherRealtime(await bench.target());
    expect(() => realtime.authorize(request)).toThrow(AppError);
  });
});

describe('webhooks', () => {
  async function delivered() {
    const receiver = await bench.webhooks();
    const target = await bench.target({ webhookUrl: receiver.url, limits: { webhookBatchWindowMs: 100 } });
    const realtime = createPusherRealtime(target);
    const reader = await bench.client(target, { member: { user_id: 'ann' } });
    const channel = reader.subscribe('presence-cache-a');
    await once(channel, 'pusher:subscription_succeeded');
    channel.trigger('client-typing', { on: true });
    await receiver.until(() => receiver.events().length === 4);
    return { realtime, requests: receiver.requests, socketId: reader.connection.socket_id };
  }

  const header = (value: string | string[] | undefined): string | null =>
    typeof value === 'string' ? value : null;

  it('are verified and parsed as the server sends them', async () => {
    const { realtime, requests, socketId } = await delivered();
    const parsed = requests.map(({ body, headers }) =>
      realtime.webhook({
        body,
        key: header(headers['x-pusher-key']),
        signature: header(headers['x-pusher-signature']),
      }),
    );
    expect(parsed[0]?.timeMs).toBeTypeOf('number');
    expect(parsed.flatMap((webhook) => webhook?.events)).toEqual([
      { name: 'channel_occupied', channel: 'presence-cache-a' },
      { name: 'member_added', channel: 'presence-cache-a', user_id: 'ann' },
      { name: 'cache_miss', channel: 'presence-cache-a' },
      {
        name: 'client_event',
        channel: 'presence-cache-a',
        event: 'client-typing',
        data: '{"on":true}',
        socket_id: socketId,
        user_id: 'ann',
      },
    ]);
  });

  it('are null with a wrong key, signature or body, or none', async () => {
    const { realtime, requests } = await delivered();
    const { body, headers } = requests[0]!;
    const right = {
      body,
      key: header(headers['x-pusher-key']),
      signature: header(headers['x-pusher-signature']),
    };
    expect(realtime.webhook(right)).not.toBeNull();
    for (const wrong of [
      { body: `${body} ` },
      { key: 'another' },
      { key: null },
      { signature: 'f'.repeat(64) },
      { signature: `${right.signature ?? ''}0` },
      { signature: '' },
      { signature: null },
    ]) {
      expect(realtime.webhook({ ...right, ...wrong })).toBeNull();
    }
  });
});
