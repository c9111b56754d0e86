import { afterEach, describe, expect, it } from 'vitest';
import { once, RealtimeBench, type Target } from '@/testing/realtime-target';
import { sign } from './signatures';

const bench = new RealtimeBench();
afterEach(() => bench.close());

async function signedIn(target: Target, user: { id: string; watchlist?: string[] }) {
  const client = await bench.client(target, { user });
  client.signin();
  await once(client, 'pusher:signin_success');
  return client;
}

/** The frame of a sign-in as the app would sign it. */
function signIn(target: Target, socketId: string, userData: unknown) {
  const user_data = JSON.stringify(userData);
  const auth = `${target.key}:${sign(target.secret, `${socketId}::user::${user_data}`)}`;
  return { event: 'pusher:signin', data: { auth, user_data } };
}

describe('signing in', () => {
  it('lets the server reach a user on every connection, and nobody else', async () => {
    const target = await bench.target();
    const [one, two] = [await signedIn(target, { id: 'ann' }), await signedIn(target, { id: 'ann' })];
    const other = await signedIn(target, { id: 'bob' });
    const heard: unknown[] = [];
    other.user.bind('note', (data: unknown) => heard.push(data));
    // The official client joins its own channel after signing in, and tells nobody when it is done.
    const occupied = async (): Promise<string> => {
      const response = await bench.pusher(target).get({ path: '/channels/%23server-to-user-ann' });
      return `${await response.text()} ${one.connection.state}`;
    };
    await expect.poll(occupied).toContain('"occupied":true');
    const received = Promise.all([once(one.user, 'note'), once(two.user, 'note')]);
    const resend = setInterval(() => void bench.pusher(target).sendToUser('ann', 'note', { n: 1 }), 50);
    expect(await received).toEqual([{ n: 1 }, { n: 1 }]);
    clearInterval(resend);
    expect(heard).toEqual([]);
  });

  it('is needed for the channel of a user, and gives that of no one else', async () => {
    const target = await bench.target();
    const connection = await bench.connection(target);
    connection.subscribe('#server-to-user-ann', { auth: '' });
    expect(await connection.next('pusher:subscription_error')).toMatchObject({
      channel: '#server-to-user-ann',
    });
    connection.send(signIn(target, connection.socketId, { id: 'bob' }));
    await connection.next('pusher:signin_success');
    connection.subscribe('#server-to-user-ann', { auth: '' });
    await connection.next('pusher:subscription_error');
    await bench.pusher(target).sendToUser('ann', 'note', {});
    await connection.settled();
    expect(connection.frames.map(({ event }) => event)).not.toContain('note');
    await connection.joined('#server-to-user-bob', { auth: '' });
    await bench.pusher(target).sendToUser('bob', 'note', {});
    await connection.next('note');
  });

  it.each([
    [
      'signed with another secret',
      (t: Target, id: string) => signIn({ ...t, secret: 'x' }, id, { id: 'ann' }),
    ],
    ['for another socket', (t: Target) => signIn(t, '1.1', { id: 'ann' })],
    ['of a user without an id', (t: Target, id: string) => signIn(t, id, {})],
    ['of a user whose id is no text', (t: Target, id: string) => signIn(t, id, { id: 7 })],
    ['with 101 users to watch', (t: Target, id: string) => signIn(t, id, { id: 'a', watchlist: ids(101) })],
  ])('is refused when it is %s', async (_case, forge) => {
    const target = await bench.target();
    const connection = await bench.connection(target);
    connection.send(forge(target, connection.socketId));
    expect((await connection.next('pusher:error')).data).toMatchObject({ code: 4009 });
    await connection.settled();
    expect(connection.frames.map(({ event }) => event)).not.toContain('pusher:signin_success');
  });

  it('cannot change the user of a connection', async () => {
    const target = await bench.target();
    const connection = await bench.connection(target);
    connection.send(signIn(target, connection.socketId, { id: 'ann' }));
    await connection.next('pusher:signin_success');
    connection.send(signIn(target, connection.socketId, { id: 'bob' }));
    expect((await connection.next('pusher:error')).data['message']).toContain('another user');
    connection.subscribe('#server-to-user-bob');
    await connection.next('pusher:subscription_error');
  });

  it('may be repeated for the same user', async () => {
    const target = await bench.target();
    const connection = await bench.connection(target);
    for (let round = 0; round < 2; round += 1) {
      connection.send(signIn(target, connection.socketId, { id: 'ann', watchlist: ['bob'] }));
      await connection.next('pusher:signin_success');
    }
    const bob = await bench.connection(target);
    bob.send(signIn(target, bob.socketId, { id: 'bob' }));
    await bob.next('pusher:signin_success');
    await connection.settled();
    const online = connection.frames.filter(({ rawData }) => String(rawData).includes('"online"'));
    expect(online).toHaveLength(1);
  });
});

describe('watchlists', () => {
  it('are replaced by the next sign-in', async () => {
    const target = await bench.target();
    const ann = await bench.connection(target);
    for (const watchlist of [['bob'], ['carl']]) {
      ann.send(signIn(target, ann.socketId, { id: 'ann', watchlist }));
      await ann.next('pusher_internal:watchlist_events');
    }
    await signedIn(target, { id: 'bob' });
    await signedIn(target, { id: 'carl' });
    const told = await ann.next('pusher_internal:watchlist_events');
    expect(told.data).toEqual({ events: [{ name: 'online', user_ids: ['carl'] }] });
  });

  it('tell the official client who is online, who comes and who goes', async () => {
    const target = await bench.target();
    await signedIn(target, { id: 'carl' });
    const ann = await bench.client(target, { user: { id: 'ann', watchlist: ['bob', 'carl'] } });
    const first = Promise.all([once(ann.user.watchlist, 'online'), once(ann.user.watchlist, 'offline')]);
    ann.signin();
    expect((await first).map((event) => event['user_ids'])).toEqual([['carl'], ['bob']]);
    const arrivals: unknown[] = [];
    ann.user.watchlist.bind('online', (event: unknown) => arrivals.push(event));
    const came = once(ann.user.watchlist, 'online');
    const [bob, again] = [await signedIn(target, { id: 'bob' }), await signedIn(target, { id: 'bob' })];
    expect(await came).toMatchObject({ user_ids: ['bob'] });
    const events: unknown[] = [];
    const went = new Promise<void>((resolve) => {
      ann.user.watchlist.bind('offline', (event: unknown) => {
        events.push(event);
        resolve();
      });
    });
    bob.disconnect();
    again.disconnect();
    await went;
    expect(arrivals).toEqual([{ name: 'online', user_ids: ['bob'] }]);
    expect(events).toEqual([{ name: 'offline', user_ids: ['bob'] }]);
  });
});

describe('terminating connections', () => {
  it('closes every connection of the user with 4009 and leaves the others', async () => {
    const target = await bench.target();
    const connections = [];
    for (const id of ['ann', 'ann', 'bob']) {
      const connection = await bench.connection(target);
      connection.send(signIn(target, connection.socketId, { id }));
      await connection.next('pusher:signin_success');
      connections.push(connection);
    }
    const [one, two, other] = connections;
    expect((await bench.pusher(target).terminateUserConnections('ann')).status).toBe(200);
    expect((await one!.closed).code).toBe(4009);
    expect((await two!.closed).code).toBe(4009);
    await other!.settled();
  });

  it('is content with a user that is nowhere', async () => {
    const target = await bench.target();
    expect((await bench.pusher(target).terminateUserConnections('nobody')).status).toBe(200);
  });
});

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `user-${n}`);
}
