import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { externalTarget, RealtimeBench, rest, type Target } from '@/testing/realtime-target';

const bench = new RealtimeBench();
afterEach(() => bench.close());

const event = (change: object = {}): string =>
  JSON.stringify({ name: 'e', channels: ['news'], data: '{}', ...change });
const now = (): number => Math.floor(Date.now() / 1000);
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `channel-${n}`);

describe('the signature of a request', () => {
  it('lets a request through that is signed as documented', async () => {
    expect(await rest(await bench.target(), { path: '/events', body: event() })).toEqual({
      status: 200,
      text: '{}',
    });
  });

  it.each([
    ['a wrong signature', { signature: 'f'.repeat(64) }],
    ['no signature', { signature: '' }],
    ['another secret', { secret: 'another' }],
    ['another key', { auth: { auth_key: 'another' } }],
    ['no key', { auth: { auth_key: '' } }],
    ['another version', { auth: { auth_version: '2.0' } }],
    ['the MD5 of another body', { auth: { body_md5: createHash('md5').update('x').digest('hex') } }],
    ['no MD5', { auth: { body_md5: '' } }],
    ['a clock 11 minutes slow', { auth: { auth_timestamp: String(now() - 660) } }],
    ['a clock 11 minutes fast', { auth: { auth_timestamp: String(now() + 660) } }],
    ['no clock', { auth: { auth_timestamp: '' } }],
    ['a clock that is no number', { auth: { auth_timestamp: 'NaN' } }],
  ])('refuses %s with 401, and publishes nothing', async (_case, change) => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    expect((await rest(target, { path: '/events', body: event(), ...change })).status).toBe(401);
    await reader.settled();
    expect(reader.frames.map((frame) => frame.event)).not.toContain('e');
  });

  it('covers every parameter of the query', async () => {
    const target = await bench.target();
    const query = bench
      .pusher(target)
      .createSignedQueryString({ method: 'GET', path: `/apps/${target.appId}/channels` });
    const ask = async (rest: string): Promise<number> =>
      (await fetch(`http://${target.host}:${target.port}/apps/${target.appId}/channels?${rest}`)).status;
    expect(await ask(query)).toBe(200);
    expect(await ask(`${query}&filter_by_prefix=private-`)).toBe(401);
    expect(await ask(`${query}&auth_version=1.0`)).toBe(400);
  });

  it('allows for clocks that differ by less than ten minutes', async () => {
    const target = await bench.target();
    for (const seconds of [-590, 590]) {
      const auth = { auth_timestamp: String(now() + seconds) };
      expect((await rest(target, { path: '/events', body: event(), auth })).status).toBe(200);
    }
  });

  it('makes the official library reject with 401 for a wrong secret, and 404 for a wrong app', async () => {
    const target = await bench.target();
    const trigger = async (change: Partial<Target>) => bench.pusher(target, change).trigger('news', 'e', {});
    await expect(trigger({ secret: 'another' })).rejects.toMatchObject({ status: 401 });
    await expect(trigger({ key: 'another' })).rejects.toMatchObject({ status: 401 });
    await expect(trigger({ appId: '404' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('publishing', () => {
  it('reaches all the channels of one call, and each subscriber once', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    for (const name of ['a', 'b']) await reader.joined(name);
    await bench.pusher(target).trigger(['a', 'b', 'a'], 'e', {});
    await Promise.all([reader.next('e'), reader.next('e')]);
    await reader.settled();
    const received = reader.frames.filter((frame) => frame.event === 'e').map(({ channel }) => channel);
    expect(received).toEqual(['a', 'b']);
  });

  it('takes the name of a single channel as well', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    const body = JSON.stringify({ name: 'e', channel: 'news', data: '{}' });
    expect((await rest(target, { path: '/events', body })).status).toBe(200);
    await reader.next('e');
  });

  it('leaves out the connection that asked for it', async () => {
    const target = await bench.target();
    const [sender, reader] = [await bench.connection(target), await bench.connection(target)];
    await Promise.all([sender.joined('news'), reader.joined('news')]);
    const pusher = bench.pusher(target);
    await pusher.trigger('news', 'e', {}, { socket_id: sender.socketId });
    await pusher.triggerBatch([{ channel: 'news', name: 'e', data: {}, socket_id: sender.socketId }]);
    await Promise.all([reader.next('e'), reader.next('e')]);
    await sender.settled();
    expect(sender.frames.map((frame) => frame.event)).not.toContain('e');
  });

  it('keeps the order of awaited calls and of a batch', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    const pusher = bench.pusher(target);
    for (let n = 0; n < 20; n += 1) await pusher.trigger('news', 'e', { n });
    await pusher.triggerBatch(names(10).map((_, n) => ({ channel: 'news', name: 'e', data: { n: 20 + n } })));
    await reader.settled();
    const received = reader.frames.filter((frame) => frame.event === 'e').map(({ data }) => data['n']);
    expect(received).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it('takes 10 kB of data, counted in bytes, and rejects one byte more with 413', async () => {
    const pusher = bench.pusher(await bench.target());
    expect((await pusher.trigger('news', 'e', 'ü'.repeat(5_120))).status).toBe(200);
    await expect(pusher.trigger('news', 'e', `ü`.repeat(5_120) + 'x')).rejects.toMatchObject({ status: 413 });
    const batch = [{ channel: 'news', name: 'e', data: 'ü'.repeat(5_121) }];
    await expect(pusher.triggerBatch(batch)).rejects.toMatchObject({ status: 413 });
  });

  it('takes a batch of 10 and rejects one of 11', async () => {
    const pusher = bench.pusher(await bench.target());
    const batch = (size: number) => names(size).map((channel) => ({ channel, name: 'e', data: {} }));
    expect((await pusher.triggerBatch(batch(10))).status).toBe(200);
    await expect(pusher.triggerBatch(batch(11))).rejects.toMatchObject({ status: 400 });
  });

  it('takes 100 channels and refuses 101', async () => {
    const target = await bench.target();
    const post = async (count: number) =>
      rest(target, { path: '/events', body: event({ channels: names(count) }) });
    expect((await post(100)).status).toBe(200);
    expect((await post(101)).status).toBe(400);
  });

  it('publishes nothing of a batch that is not valid as a whole', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    const batch = [
      { channel: 'news', name: 'e', data: '{}' },
      { channel: 'not valid', name: 'e', data: '{}' },
    ];
    expect((await rest(target, { path: '/batch_events', body: JSON.stringify({ batch }) })).status).toBe(400);
    await reader.settled();
    expect(reader.frames.map((frame) => frame.event)).not.toContain('e');
  });

  it.each([
    ['no JSON', '{'],
    ['an empty body', ''],
    ['a list', '[]'],
    ['no name', event({ name: undefined })],
    ['a name of 201 characters', event({ name: 'n'.repeat(201) })],
    ['no data', event({ data: undefined })],
    ['data that is no text', event({ data: { a: 1 } })],
    ['no channel', event({ channels: undefined })],
    ['an empty list of channels', event({ channels: [] })],
    ['a channel name with a space', event({ channels: ['a b'] })],
    ['a channel name of 165 characters', event({ channels: ['c'.repeat(165)] })],
    ['a socket id that is none', event({ socket_id: 'me' })],
  ])('answers %s with 400 and a reason', async (_case, body) => {
    const answer = await rest(await bench.target(), { method: 'POST', path: '/events', body });
    expect(answer.status).toBe(400);
    expect(answer.text.trim()).not.toBe('');
  });

  it('answers a body without end with 413 and serves the next one', async () => {
    const target = await bench.target();
    const body = event({ data: 'x'.repeat(3_000_000) });
    expect((await rest(target, { path: '/events', body })).status).toBe(413);
    expect((await rest(target, { path: '/events', body: event() })).status).toBe(200);
  });

  it.skipIf(externalTarget)('is forbidden once the quota of the day is used up', async () => {
    const target = await bench.target({ limits: { messagesPerDay: 3 } });
    for (const reader of [await bench.connection(target), await bench.connection(target)]) {
      await reader.joined('news');
    }
    const pusher = bench.pusher(target);
    // One publish and two deliveries are the three.
    await pusher.trigger('news', 'e', {});
    await expect(pusher.trigger('news', 'e', {})).rejects.toMatchObject({ status: 403 });
  });
});

describe('asking about channels', () => {
  async function occupied(): Promise<{
    target: Target;
    get: (path: string, params?: object) => Promise<unknown>;
  }> {
    const target = await bench.target();
    const pusher = bench.pusher(target);
    for (const userId of ['ann', 'ann', 'bob']) {
      const connection = await bench.connection(target);
      const auth = pusher.authorizeChannel(connection.socketId, 'presence-desk', { user_id: userId });
      await connection.joined('presence-desk', { ...auth });
      if (userId === 'ann') await connection.joined('desk');
    }
    const get = async (path: string, params: object = {}): Promise<unknown> =>
      (await pusher.get({ path, params })).json();
    return { target, get };
  }

  it('lists the occupied ones, by prefix, with people counted once', async () => {
    const { get } = await occupied();
    // Others may be on a server that is not ours alone.
    expect(await get('/channels')).toMatchObject({ channels: { 'presence-desk': {}, desk: {} } });
    expect(await get('/channels', { filter_by_prefix: 'de' })).toEqual({ channels: { desk: {} } });
    expect(await get('/channels', { filter_by_prefix: 'presence-desk', info: 'user_count' })).toEqual({
      channels: { 'presence-desk': { user_count: 2 } },
    });
  });

  it('describes one of them', async () => {
    const { get } = await occupied();
    expect(await get('/channels/presence-desk', { info: 'user_count,subscription_count' })).toEqual({
      occupied: true,
      user_count: 2,
      subscription_count: 3,
    });
    expect(await get('/channels/empty')).toEqual({ occupied: false });
    expect(await get('/channels/presence-empty', { info: 'user_count' })).toEqual({
      occupied: false,
      user_count: 0,
    });
  });

  it('lists the people on a presence channel', async () => {
    const { get } = await occupied();
    expect(await get('/channels/presence-desk/users')).toEqual({ users: [{ id: 'ann' }, { id: 'bob' }] });
    expect(await get('/channels/presence-empty/users')).toEqual({ users: [] });
  });

  it('tells a publisher how many it reached when asked', async () => {
    const { target } = await occupied();
    const pusher = bench.pusher(target);
    const info = 'user_count,subscription_count';
    const response = await pusher.trigger(['presence-desk', 'desk', 'empty'], 'e', {}, { info });
    expect(await response.json()).toEqual({
      channels: {
        'presence-desk': { user_count: 2, subscription_count: 3 },
        desk: { subscription_count: 2 },
        empty: { subscription_count: 0 },
      },
    });
    const batch = await pusher.triggerBatch([
      { channel: 'desk', name: 'e', data: {}, info: 'subscription_count' },
      { channel: 'desk', name: 'e', data: {} },
    ]);
    expect(await batch.json()).toEqual({ batch: [{ subscription_count: 2 }, {}] });
  });

  it.each([
    ['the people of a plain channel', { path: '/channels/desk/users' }, 400],
    ['the user_count of a plain channel', { path: '/channels/desk', query: { info: 'user_count' } }, 400],
    ['the user_count of all channels', { path: '/channels', query: { info: 'user_count' } }, 400],
    ['an attribute there is not', { path: '/channels/desk', query: { info: 'mood' } }, 400],
    ['a channel with an impossible name', { path: '/channels/a%20b' }, 400],
    ['a path there is not', { path: '/nothing' }, 404],
    ['a path too deep', { path: '/channels/presence-desk/users/1' }, 404],
  ])('refuses to tell %s', async (_case, request, status) => {
    expect((await rest(await bench.target(), request)).status).toBe(status);
  });

  it('knows no other methods and no other roots', async () => {
    const target = await bench.target();
    expect((await rest(target, { path: '/channels', method: 'DELETE' })).status).toBe(404);
    expect((await rest(target, { path: '/events' })).status).toBe(404);
    expect((await fetch(`http://${target.host}:${target.port}/%E0%A4%A`)).status).toBe(404);
  });
});
