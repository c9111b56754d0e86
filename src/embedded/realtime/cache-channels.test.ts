import { afterEach, describe, expect, it } from 'vitest';
import { externalTarget, once, RealtimeBench, rest } from '@/testing/realtime-target';

const bench = new RealtimeBench();
afterEach(() => bench.close());

describe('cache channels', () => {
  it.each(['cache-a', 'private-cache-a', 'presence-cache-a'])(
    '%s replays its last event to newcomers',
    async (name) => {
      const target = await bench.target();
      const pusher = bench.pusher(target);
      const newcomer = await bench.client(target, { member: { user_id: 'u' } });
      await pusher.trigger(name, 'price', { n: 1 });
      await pusher.trigger(name, 'price', { n: 2 });
      expect(await once(newcomer.subscribe(name), 'price')).toEqual({ n: 2 });
    },
  );

  it('say that there is nothing to replay', async () => {
    const client = await bench.client(await bench.target());
    await once(client.subscribe('cache-empty'), 'pusher:cache_miss');
  });

  it('remember no client events', async () => {
    const target = await bench.target();
    const signer = bench.pusher(target);
    const [one, two] = [await bench.connection(target), await bench.connection(target)];
    await one.joined('private-cache-quiet', {
      ...signer.authorizeChannel(one.socketId, 'private-cache-quiet'),
    });
    one.send({ event: 'client-x', channel: 'private-cache-quiet', data: {} });
    await one.settled();
    await two.joined('private-cache-quiet', {
      ...signer.authorizeChannel(two.socketId, 'private-cache-quiet'),
    });
    await two.next('pusher:cache_miss');
  });

  it.skipIf(externalTarget)('forget after their time to live', async () => {
    const target = await bench.target({ limits: { cacheTtlMs: 1 } });
    await bench.pusher(target).trigger('cache-a', 'price', {});
    const isForgotten = async (): Promise<boolean> => {
      const reader = await bench.connection(target);
      await reader.joined('cache-a');
      await reader.settled();
      return reader.frames.some(({ event }) => event === 'pusher:cache_miss');
    };
    await expect.poll(isForgotten).toBe(true);
  });

  it('are not what plain channels do', async () => {
    const target = await bench.target();
    await bench.pusher(target).trigger('plain', 'price', {});
    const reader = await bench.connection(target);
    await reader.joined('plain');
    await reader.settled();
    expect(reader.frames.map(({ event }) => event)).not.toContain('price');
    expect((await rest(target, { path: '/channels/plain' })).text).toContain('true');
  });
});
