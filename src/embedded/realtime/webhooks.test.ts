import { afterEach, describe, expect, it } from 'vitest';
import type { RealtimeLimits } from './limits';
import {
  RealtimeBench,
  type ReceivedWebhook,
  type Target,
  type WebhookReceiver,
} from '@/testing/realtime-target';

const bench = new RealtimeBench();
afterEach(() => bench.close());

async function setUp(
  limits: Partial<RealtimeLimits> = {},
  answer?: (attempt: number) => number,
): Promise<{ target: Target; receiver: WebhookReceiver; log: string[] }> {
  const receiver = await bench.webhooks(answer);
  const log: string[] = [];
  const target = await bench.target({
    webhookUrl: receiver.url,
    limits: { leaveDelayMs: 20, webhookBatchWindowMs: 10, webhookFirstRetryMs: 10, ...limits },
    log: (line) => log.push(line),
  });
  return { target, receiver, log };
}

const has = (name: string, channel: string) => (receiver: WebhookReceiver) =>
  receiver.events().some((event) => event['name'] === name && event['channel'] === channel);

function verify(target: Target, { headers, body }: ReceivedWebhook): boolean {
  return bench.pusher(target).webhook({ headers, rawBody: body }).isValid();
}

describe('webhooks', () => {
  it('are signed so that the official library accepts them, and no other secret does', async () => {
    const { target, receiver } = await setUp();
    await (await bench.connection(target)).joined('news');
    await receiver.until(has('channel_occupied', 'news'));
    const [request] = receiver.requests;
    expect(verify(target, request!)).toBe(true);
    expect(verify({ ...target, secret: 'another' }, request!)).toBe(false);
    expect(request!.headers['x-pusher-key']).toBe(target.key);
    expect(JSON.parse(request!.body)).toEqual({
      time_ms: expect.any(Number) as number,
      events: [{ name: 'channel_occupied', channel: 'news' }],
    });
  });

  it('tell of the first and the last subscriber of a channel only', async () => {
    const { target, receiver } = await setUp();
    const [one, two] = [await bench.connection(target), await bench.connection(target)];
    await one.joined('news');
    await two.joined('news');
    one.socket.close();
    await one.closed;
    two.send({ event: 'pusher:unsubscribe', data: { channel: 'news' } });
    await receiver.until(has('channel_vacated', 'news'));
    expect(receiver.events()).toEqual([
      { name: 'channel_occupied', channel: 'news' },
      { name: 'channel_vacated', channel: 'news' },
    ]);
  });

  it('tell of people, each once however many connections they have', async () => {
    const { target, receiver } = await setUp();
    const pusher = bench.pusher(target);
    const connections = [];
    for (const user_id of ['ann', 'ann', 'bob']) {
      const connection = await bench.connection(target);
      await connection.joined('presence-a', {
        ...pusher.authorizeChannel(connection.socketId, 'presence-a', { user_id }),
      });
      connections.push(connection);
    }
    for (const connection of connections) {
      connection.send({ event: 'pusher:unsubscribe', data: { channel: 'presence-a' } });
      await connection.settled();
    }
    await receiver.until(has('channel_vacated', 'presence-a'));
    expect(receiver.events()).toEqual([
      { name: 'channel_occupied', channel: 'presence-a' },
      { name: 'member_added', channel: 'presence-a', user_id: 'ann' },
      { name: 'member_added', channel: 'presence-a', user_id: 'bob' },
      { name: 'member_removed', channel: 'presence-a', user_id: 'ann' },
      { name: 'member_removed', channel: 'presence-a', user_id: 'bob' },
      { name: 'channel_vacated', channel: 'presence-a' },
    ]);
  });

  it('say nothing of someone who is back before the delay is over', async () => {
    const { target, receiver } = await setUp({ leaveDelayMs: 300 });
    const connection = await bench.connection(target);
    const auth = bench.pusher(target).authorizeChannel(connection.socketId, 'presence-a', { user_id: 'ann' });
    await connection.joined('presence-a', { ...auth });
    await connection.joined('marker');
    connection.send({ event: 'pusher:unsubscribe', data: { channel: 'presence-a' } });
    await connection.joined('presence-a', { ...auth });
    // Leaves later than ann did, so that its webhook would come after hers.
    connection.send({ event: 'pusher:unsubscribe', data: { channel: 'marker' } });
    await receiver.until(has('channel_vacated', 'marker'));
    expect(receiver.events()).toEqual([
      { name: 'channel_occupied', channel: 'presence-a' },
      { name: 'member_added', channel: 'presence-a', user_id: 'ann' },
      { name: 'channel_occupied', channel: 'marker' },
      { name: 'channel_vacated', channel: 'marker' },
    ]);
  });

  it('tell of client events that were passed on, and of none that was refused', async () => {
    const { target, receiver } = await setUp();
    const connection = await bench.connection(target);
    const auth = bench.pusher(target).authorizeChannel(connection.socketId, 'presence-a', { user_id: 'ann' });
    await connection.joined('presence-a', { ...auth });
    await connection.joined('news');
    connection.send({ event: 'client-no', channel: 'news', data: {} });
    connection.send({ event: 'client-yes', channel: 'presence-a', data: { n: 1 } });
    await receiver.until(has('client_event', 'presence-a'));
    expect(receiver.events().filter((event) => event['name'] === 'client_event')).toEqual([
      {
        name: 'client_event',
        channel: 'presence-a',
        event: 'client-yes',
        data: '{"n":1}',
        socket_id: connection.socketId,
        user_id: 'ann',
      },
    ]);
  });

  it('tell once that a cache channel has nothing, until it had something or was left', async () => {
    const { target, receiver } = await setUp();
    const [one, two] = [await bench.connection(target), await bench.connection(target)];
    await one.joined('cache-a');
    await two.joined('cache-a');
    await two.joined('marker');
    await receiver.until(has('channel_occupied', 'marker'));
    const misses = () => receiver.events().filter((event) => event['name'] === 'cache_miss');
    expect(misses()).toEqual([{ name: 'cache_miss', channel: 'cache-a' }]);
    one.socket.close();
    two.send({ event: 'pusher:unsubscribe', data: { channel: 'cache-a' } });
    await receiver.until(has('channel_vacated', 'cache-a'));
    await two.joined('cache-a');
    await receiver.until(() => misses().length === 2);
  });

  it('tell again of a cache channel whose event expired while someone was there', async () => {
    const { target, receiver } = await setUp({ cacheTtlMs: 1 });
    await (await bench.connection(target)).joined('cache-a');
    await bench.pusher(target).trigger('cache-a', 'price', {});
    const misses = async (): Promise<number> => {
      await (await bench.connection(target)).joined('cache-a');
      return receiver.events().filter((event) => event['name'] === 'cache_miss').length;
    };
    await expect.poll(misses).toBe(2);
  });

  it('keep the channels of users to themselves', async () => {
    const { target, receiver } = await setUp();
    const client = await bench.client(target, { user: { id: 'ann' } });
    client.signin();
    const delivered = new Promise((resolve) => client.user.bind('note', resolve));
    const resend = setInterval(() => void bench.pusher(target).sendToUser('ann', 'note', {}), 20);
    await delivered;
    clearInterval(resend);
    await (await bench.connection(target)).joined('marker');
    await receiver.until(has('channel_occupied', 'marker'));
    expect(receiver.events()).toHaveLength(1);
  });

  it('share a request within the window, twenty at most', async () => {
    const { target, receiver } = await setUp({ webhookBatchWindowMs: 60_000 });
    const connection = await bench.connection(target);
    for (let n = 0; n < 40; n += 1) connection.subscribe(`channel-${n}`);
    await receiver.until(({ requests }) => requests.length === 2);
    expect(receiver.events().map((event) => event['channel'])).toEqual(
      Array.from({ length: 40 }, (_, n) => `channel-${n}`),
    );
  });

  it('are repeated, unchanged and in order, until they are answered with success', async () => {
    const { target, receiver } = await setUp({}, (attempt) => [500, 302, 404][attempt - 1] ?? 200);
    const connection = await bench.connection(target);
    await connection.joined('first');
    await receiver.until(({ requests }) => requests.length > 0);
    await connection.joined('second');
    await receiver.until(has('channel_occupied', 'second'));
    const bodies = receiver.requests.map(({ body }) => body);
    expect(new Set(bodies.slice(0, 4)).size).toBe(1);
    expect(receiver.requests.every((request) => verify(target, request))).toBe(true);
    expect(receiver.events().map((event) => event['channel'])).toEqual(['first', 'second']);
  });

  it('are given up after their time, aloud, and the next ones go out', async () => {
    let isDown = true;
    const { target, receiver, log } = await setUp({ webhookRetryForMs: 50 }, () => (isDown ? 500 : 200));
    const connection = await bench.connection(target);
    await connection.joined('lost');
    await expect.poll(() => log).toHaveLength(1);
    expect(log[0]).toContain('status 500');
    isDown = false;
    await connection.joined('found');
    await receiver.until(has('channel_occupied', 'found'));
    expect(has('channel_occupied', 'lost')(receiver)).toBe(false);
  });

  it('outlive a receiver that is not there at all', async () => {
    const log: string[] = [];
    const target = await bench.target({
      webhookUrl: 'http://127.0.0.1:9/none',
      limits: { webhookBatchWindowMs: 1, webhookFirstRetryMs: 1, webhookRetryForMs: 1 },
      log: (line) => log.push(line),
    });
    const connection = await bench.connection(target);
    await connection.joined('news');
    await expect.poll(() => log).toHaveLength(1);
    await connection.settled();
  });

  it('that are pending go out when the server ends', async () => {
    const receiver = await bench.webhooks();
    const first = new RealtimeBench();
    const target = await first.target({
      webhookUrl: receiver.url,
      limits: { webhookBatchWindowMs: 60_000 },
    });
    await (await bench.connection(target)).joined('news');
    await first.close();
    expect(receiver.events()).toEqual([{ name: 'channel_occupied', channel: 'news' }]);
  });
});
