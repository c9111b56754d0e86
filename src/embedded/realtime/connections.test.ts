import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { externalTarget, RealtimeBench, rest } from '@/testing/realtime-target';

const bench = new RealtimeBench();
afterEach(() => bench.close());

/** Parses, but overflows the stack of whoever walks it by recursion. */
const NESTED = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

describe('connecting', () => {
  it('greets with a socket id and an activity timeout, double-encoded', async () => {
    const socket = await bench.socket(await bench.target());
    const greeting = await socket.next('pusher:connection_established');
    expect(greeting.rawData).toBeTypeOf('string');
    expect(greeting.data['socket_id']).toMatch(/^\d+\.\d+$/);
    expect(greeting.data['activity_timeout']).toBe(120);
  });

  it('lets the official client connect and gives each its own socket id', async () => {
    const target = await bench.target();
    const [one, two] = [await bench.client(target), await bench.client(target)];
    expect(one.connection.socket_id).not.toBe(two.connection.socket_id);
  });

  it.each([
    ['an unknown key', '/app/nobody?protocol=7', 4001],
    ['a path that is no app', '/elsewhere?protocol=7', 4005],
    ['a request target that is no URL', '//?protocol=7', 4005],
    ['a malformed version', '/app/KEY?protocol=7&version=x%20y', 4006],
    ['a protocol it does not speak', '/app/KEY?protocol=99', 4007],
    ['no protocol', '/app/KEY', 4008],
  ])('closes %s with a code and says why', async (_case, path, code) => {
    const target = await bench.target();
    const socket = await bench.socket(target, { path: path.replace('KEY', target.key) });
    expect((await socket.next('pusher:error')).data).toMatchObject({ code });
    expect((await socket.closed).code).toBe(code);
    expect(socket.frames.map(({ event }) => event)).not.toContain('pusher:connection_established');
  });

  it.skipIf(externalTarget)('closes a connection over the quota with 4004', async () => {
    const target = await bench.target({ limits: { connections: 1 } });
    await bench.connection(target);
    expect((await (await bench.socket(target)).closed).code).toBe(4004);
  });

  it('answers pusher:ping', async () => {
    await (await bench.connection(await bench.target())).settled();
  });
});

describe('input that makes no sense', () => {
  it.each([
    ['text that is not JSON', 'hello', /Malformed message/],
    ['JSON that is no object', '[1]', /Malformed message/],
    ['an object without an event', '{}', /Malformed message/],
    ['an event that is no text', '{"event":7}', /Malformed message/],
    ['an event nobody knows', '{"event":"pusher:dance"}', /Unsupported event: pusher:dance/],
    ['a subscription without data', '{"event":"pusher:subscribe"}', /needs data with a channel/],
    ['a subscription to no text', '{"event":"pusher:subscribe","data":{"channel":[1]}}', /needs data/],
    ['an unsubscription from nothing', '{"event":"pusher:unsubscribe","data":"{"}', /none given/],
    ['a sign-in without a signature', '{"event":"pusher:signin","data":{}}', /needs data with auth/],
    ['a subscription nested too deep', `{"event":"pusher:subscribe","data":${NESTED}}`, /needs data/],
  ])('answers %s with pusher:error and goes on', async (_case, text, message) => {
    const connection = await bench.connection(await bench.target());
    connection.send(text);
    expect((await connection.next('pusher:error')).data['message']).toMatch(message);
    await connection.settled();
  });

  it('answers a client event nested too deep to serialise and goes on', async () => {
    const target = await bench.target();
    const connection = await bench.connection(target);
    const { auth } = bench.pusher(target).authorizeChannel(connection.socketId, 'private-deep');
    await connection.joined('private-deep', { auth });
    connection.send(`{"event":"client-x","channel":"private-deep","data":${NESTED}}`);
    expect((await connection.next('pusher:error')).data['message']).toContain('could not handle client-x');
    await connection.settled();
  });

  it('answers a binary frame with pusher:error and goes on', async () => {
    const connection = await bench.connection(await bench.target());
    connection.socket.send(Buffer.from('{"event":"pusher:ping"}'), { binary: true });
    await connection.next('pusher:error');
    await connection.settled();
  });

  it('closes a huge frame with 1009 and serves the others', async () => {
    const target = await bench.target();
    const [bad, good] = [await bench.connection(target), await bench.connection(target)];
    bad.send('x'.repeat(5_000_000));
    expect((await bad.closed).code).toBe(1009);
    await good.settled();
  });

  it('survives bytes that are not HTTP and frames that are not WebSocket', async () => {
    const target = await bench.target();
    const good = await bench.connection(target);
    const answer = await new Promise<string>((resolve) => {
      const socket = new Socket().connect(target.port, target.host);
      socket.on('data', (data) => resolve(data.toString()));
      socket.write('\u0001\u0002 garbage\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    const bad = await bench.connection(target);
    // Text that is not UTF-8 is a breach of the WebSocket protocol.
    bad.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await bad.closed).code).toBe(1007);
    await good.settled();
  });
});

describe.skipIf(externalTarget)('keeping alive', () => {
  it('pings an idle connection and closes it with 4201 when nothing comes back', async () => {
    const target = await bench.target({ limits: { activityTimeoutMs: 30, pongTimeoutMs: 30 } });
    const connection = await bench.connection(target, { autoPong: false });
    await connection.next('pusher:ping');
    expect((await connection.closed).code).toBe(4201);
  });

  it('keeps an idle connection that answers', async () => {
    const target = await bench.target({ limits: { activityTimeoutMs: 20, pongTimeoutMs: 5_000 } });
    const connection = await bench.connection(target, { autoPong: false });
    for (let round = 0; round < 3; round += 1) {
      await connection.next('pusher:ping');
      connection.send({ event: 'pusher:pong', data: {} });
    }
    await connection.settled();
  });

  it('takes the answer to a WebSocket ping as a sign of life', async () => {
    const target = await bench.target({ limits: { activityTimeoutMs: 20, pongTimeoutMs: 5_000 } });
    const connection = await bench.connection(target);
    for (let round = 0; round < 3; round += 1) await connection.next('pusher:ping');
  });

  it('closes a client that reads too slowly with 4100 and frees its place', async () => {
    const target = await bench.target({ limits: { bufferedBytes: 100_000 } });
    const slow = await bench.connection(target);
    await slow.joined('flood');
    slow.socket.pause();
    const pusher = bench.pusher(target);
    const batch = Array.from({ length: 10 }, () => ({
      channel: 'flood',
      name: 'x',
      data: 'y'.repeat(10_000),
    }));
    const isOccupied = async (): Promise<boolean> =>
      (await rest(target, { path: '/channels/flood' })).text.includes('true');
    let rounds = 0;
    while (rounds < 500 && (await isOccupied())) {
      await pusher.triggerBatch(batch.map((event) => ({ ...event })));
      rounds += 1;
    }
    expect(rounds).toBeLessThan(500);
    slow.socket.resume();
    expect((await slow.closed).code).toBe(4100);
  });
});

describe.skipIf(externalTarget)('shutting down', () => {
  it('drains with 4200, and the official client is back on the next server at once', async () => {
    const first = new RealtimeBench();
    const target = await first.target();
    const client = await bench.client(target);
    const raw = await bench.connection(target);
    const reconnected = new Promise<void>((resolve) => {
      client.connection.bind('state_change', ({ current }: { current: string }) => {
        if (current === 'connecting') {
          client.connection.bind('connected', () => resolve());
          void bench.target({ port: target.port });
        }
      });
    });
    await first.close();
    expect((await raw.closed).code).toBe(4200);
    await reconnected;
  });

  it('ends although a client never answers the close', async () => {
    const first = new RealtimeBench();
    const stuck = await bench.connection(await first.target());
    stuck.socket.pause();
    await first.close();
  });
});
