import { createRequire } from 'node:module';
import type { Options } from 'pusher-js';
import { afterEach, describe, expect, it } from 'vitest';
import { externalTarget, once, RealtimeBench, type Target } from '@/testing/realtime-target';
import { sign } from './signatures';

const bench = new RealtimeBench();
// The official client decrypts with a library that it wants handed in; the server library brings one.
const libraryRequire = createRequire(createRequire(import.meta.url).resolve('pusher'));
const nacl = libraryRequire('tweetnacl') as NonNullable<Options['nacl']>;
afterEach(() => bench.close());

/** What an app's authorisation endpoint would answer. */
function authFor(target: Target, socketId: string, { channel, data }: { channel: string; data?: object }) {
  const channel_data = data === undefined ? undefined : JSON.stringify(data);
  const signed = [socketId, channel, channel_data].filter((part) => part !== undefined).join(':');
  return {
    auth: `${target.key}:${sign(target.secret, signed)}`,
    ...(data === undefined ? {} : { channel_data }),
  };
}

describe('public channels', () => {
  it('deliver an event of the official library to the official client, and to nobody else', async () => {
    const target = await bench.target();
    const [reader, other] = [await bench.client(target), await bench.connection(target)];
    const channel = reader.subscribe('news');
    await once(channel, 'pusher:subscription_succeeded');
    await other.joined('olds');
    const received = once(channel, 'headline');
    await bench.pusher(target).trigger('news', 'headline', { text: 'grüße 👋' });
    expect(await received).toEqual({ text: 'grüße 👋' });
    await other.settled();
    expect(other.frames.map(({ event }) => event)).not.toContain('headline');
  });

  it('pass a published string on unchanged', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    await bench.pusher(target).trigger('news', 'plain', 'not { json');
    expect((await reader.next('plain')).rawData).toBe('not { json');
  });

  it('deliver nothing more after unsubscribing', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    reader.send({ event: 'pusher:unsubscribe', data: { channel: 'news' } });
    await reader.settled();
    await bench.pusher(target).trigger('news', 'headline', {});
    await reader.settled();
    expect(reader.frames.map(({ event }) => event)).not.toContain('headline');
  });

  it('take a subscription once', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    await reader.joined('news');
    reader.subscribe('news');
    expect((await reader.next('pusher:error')).data['message']).toContain('Existing subscription');
    await bench.pusher(target).trigger('news', 'headline', {});
    await reader.next('headline');
    await reader.settled();
    expect(reader.frames.filter(({ event }) => event === 'headline')).toHaveLength(1);
  });

  it('answer an unsubscription from a channel that was never joined', async () => {
    const reader = await bench.connection(await bench.target());
    reader.send({ event: 'pusher:unsubscribe', data: { channel: 'news' } });
    expect((await reader.next('pusher:error')).data['message']).toContain('No current subscription');
  });

  it.each([
    ['a space', 'a b'],
    ['a slash', 'a/b'],
    ['a hash', '#a'],
    ['no character at all', ''],
    ['a letter too many', 'c'.repeat(165)],
  ])('refuse a name with %s', async (_case, name) => {
    const reader = await bench.connection(await bench.target());
    reader.subscribe(name);
    expect((await reader.next('pusher:error')).data['message']).toContain('Invalid channel name');
  });

  it('accept every character the hosted service does, up to 164 of them', async () => {
    const reader = await bench.connection(await bench.target());
    await reader.joined('Az09_-=@,.;'.padEnd(164, 'x'));
  });

  it.skipIf(externalTarget)('tell how many subscribe when that is switched on', async () => {
    const target = await bench.target({ subscriptionCount: true });
    const [one, two] = [await bench.client(target), await bench.connection(target)];
    const counts: unknown[] = [];
    const channel = one.subscribe('news');
    channel.bind('pusher:subscription_count', (data: object) => counts.push(data));
    await once(channel, 'pusher:subscription_succeeded');
    await two.joined('news');
    const changed = once(channel, 'pusher:subscription_count');
    two.send({ event: 'pusher:unsubscribe', data: { channel: 'news' } });
    await changed;
    await two.settled();
    expect(counts.slice(-2)).toEqual([{ subscription_count: 2 }, { subscription_count: 1 }]);
  });
});

describe('private channels', () => {
  it('let the official client in with the official signature', async () => {
    const target = await bench.target();
    const channel = (await bench.client(target)).subscribe('private-room');
    await once(channel, 'pusher:subscription_succeeded');
    const received = once(channel, 'said');
    await bench.pusher(target).trigger('private-room', 'said', { n: 1 });
    expect(await received).toEqual({ n: 1 });
  });

  it.each([
    [
      'signed with another secret',
      (t: Target, id: string) => authFor({ ...t, secret: 'x' }, id, { channel: 'private-a' }),
    ],
    ['of another key', (t: Target, id: string) => authFor({ ...t, key: 'x' }, id, { channel: 'private-a' })],
    ['for another socket', (t: Target) => authFor(t, '1.1', { channel: 'private-a' })],
    ['for another channel', (t: Target, id: string) => authFor(t, id, { channel: 'private-b' })],
    [
      'for other data',
      (t: Target, id: string) => ({ ...authFor(t, id, { channel: 'private-a' }), channel_data: '{}' }),
    ],
    ['without a colon', () => ({ auth: 'nonsense' })],
    ['that is missing', () => ({})],
  ])('refuse a signature %s, on the channel and on the connection', async (_case, forge) => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    reader.subscribe('private-a', forge(target, reader.socketId));
    const refusal = await reader.next('pusher:subscription_error');
    expect(refusal).toMatchObject({ channel: 'private-a', data: { type: 'AuthError', status: 401 } });
    expect((await reader.next('pusher:error')).data).toMatchObject({ code: 4009 });
    await bench.pusher(target).trigger('private-a', 'said', {});
    await reader.settled();
    expect(reader.frames.map(({ event }) => event)).not.toContain('said');
  });

  it('report a refused signature to the channel of the official client', async () => {
    const target = await bench.target();
    const signer = bench.pusher(target, { secret: 'another' });
    const channel = (await bench.client(target, { signer })).subscribe('private-a');
    expect(await once(channel, 'pusher:subscription_error')).toMatchObject({ type: 'AuthError' });
  });

  it('carry encrypted events that only the official client can read', async () => {
    const target = await bench.target();
    const signer = bench.pusher(target, {
      encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString('base64'),
    });
    const client = await bench.client(target, { signer, nacl });
    const channel = client.subscribe('private-encrypted-vault');
    await once(channel, 'pusher:subscription_succeeded');
    const spy = await bench.connection(target);
    await spy.joined(
      'private-encrypted-vault',
      authFor(target, spy.socketId, { channel: 'private-encrypted-vault' }),
    );
    const received = once(channel, 'secret');
    await signer.trigger('private-encrypted-vault', 'secret', { plain: 'text' });
    expect(await received).toEqual({ plain: 'text' });
    expect(Object.keys((await spy.next('secret')).data)).toEqual(['nonce', 'ciphertext']);
  });
});

describe('presence channels', () => {
  const member = (user_id: string, user_info: Record<string, unknown> = {}) => ({ user_id, user_info });

  it('tell the official client who is there, who comes and who goes', async () => {
    const target = await bench.target();
    const ann = await bench.client(target, { member: member('ann', { name: 'Ann' }) });
    const room = ann.subscribe('presence-room');
    const members = await once(room, 'pusher:subscription_succeeded');
    expect(members).toMatchObject({ count: 1, myID: 'ann', me: { id: 'ann', info: { name: 'Ann' } } });
    const added = once(room, 'pusher:member_added');
    const bob = await bench.client(target, { member: member('bob', { name: 'Bob' }) });
    const seen = await once(bob.subscribe('presence-room'), 'pusher:subscription_succeeded');
    expect(seen).toMatchObject({ count: 2, members: { ann: { name: 'Ann' }, bob: { name: 'Bob' } } });
    expect(await added).toEqual({ id: 'bob', info: { name: 'Bob' } });
    const removed = once(room, 'pusher:member_removed');
    bob.disconnect();
    expect(await removed).toMatchObject({ id: 'bob' });
  });

  it('count one person on two connections once, until the last is gone', async () => {
    const target = await bench.target();
    const watcher = await bench.connection(target);
    const join = async (id: string) => {
      const connection = await bench.connection(target);
      const auth = authFor(target, connection.socketId, { channel: 'presence-room', data: member(id) });
      const joined = await connection.joined('presence-room', auth);
      return { connection, presence: joined.data['presence'] };
    };
    const watching = authFor(target, watcher.socketId, { channel: 'presence-room', data: member('w') });
    await watcher.joined('presence-room', watching);
    const first = await join('ann');
    const second = await join('ann');
    expect(second.presence).toEqual({ count: 2, ids: ['w', 'ann'], hash: { w: {}, ann: {} } });
    first.connection.send({ event: 'pusher:unsubscribe', data: { channel: 'presence-room' } });
    await first.connection.settled();
    await watcher.settled();
    const about = () =>
      watcher.frames.filter(({ event }) => event.includes(':member_')).map(({ event }) => event);
    expect(about()).toEqual(['pusher_internal:member_added']);
    second.connection.socket.close();
    expect((await watcher.next('pusher_internal:member_removed')).data).toEqual({ user_id: 'ann' });
    expect(about()).toHaveLength(2);
  });

  it('take a numeric id as its text and keep hostile ids apart from the protocol', async () => {
    const target = await bench.target();
    const [one, two] = [await bench.connection(target), await bench.connection(target)];
    await one.joined(
      'presence-a',
      authFor(target, one.socketId, { channel: 'presence-a', data: { user_id: 7 } }),
    );
    const data = { user_id: '__proto__', user_info: 1 };
    const joined = await two.joined(
      'presence-a',
      authFor(target, two.socketId, { channel: 'presence-a', data }),
    );
    expect(joined.rawData).toBe(
      '{"presence":{"count":2,"ids":["7","__proto__"],"hash":{"7":null,"__proto__":1}}}',
    );
  });

  it.each([
    ['no channel_data', undefined],
    ['channel_data without a user_id', {}],
    ['an empty user_id', { user_id: '' }],
    ['a user_id of 129 characters', { user_id: 'u'.repeat(129) }],
    ['a user_info over 1 kB', { user_id: 'u', user_info: { text: 'ü'.repeat(510) } }],
  ])('refuse %s', async (_case, data) => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    const request = { channel: 'presence-a', ...(data === undefined ? {} : { data }) };
    reader.subscribe('presence-a', authFor(target, reader.socketId, request));
    expect((await reader.next('pusher:subscription_error')).data).toMatchObject({ type: 'AuthError' });
  });

  it('take an id of 128 characters and a user_info of 1 kB', async () => {
    const target = await bench.target();
    const reader = await bench.connection(target);
    const data = { user_id: 'u'.repeat(128), user_info: { text: 'x'.repeat(1_024 - '{"text":""}'.length) } };
    await reader.joined('presence-a', authFor(target, reader.socketId, { channel: 'presence-a', data }));
  });

  it('hold 100 people, each with as many connections as they like', async () => {
    const target = await bench.target();
    const join = async (id: string) => {
      const connection = await bench.connection(target);
      const request = { channel: 'presence-full', data: member(id) };
      connection.subscribe('presence-full', authFor(target, connection.socketId, request));
      return connection;
    };
    for (let n = 0; n < 100; n += 1) {
      await (await join(`user-${n}`)).next('pusher_internal:subscription_succeeded');
    }
    const refused = await (await join('one-more')).next('pusher:subscription_error');
    expect(refused.data).toMatchObject({ type: 'LimitReached' });
    await (await join('user-99')).next('pusher_internal:subscription_succeeded');
  });

  it('know a signed-in user without channel_data', async () => {
    const target = await bench.target();
    const client = await bench.client(target, { user: { id: 'u1', user_info: { name: 'Una' } } });
    client.signin();
    await once(client, 'pusher:signin_success');
    const members = await once(client.subscribe('presence-a'), 'pusher:subscription_succeeded');
    expect(members).toMatchObject({ myID: 'u1', members: { u1: { name: 'Una' } } });
  });
});
