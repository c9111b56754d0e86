import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RealtimeServer, startRealtimeServer } from '@/embedded/realtime/start-realtime-server';
import { type Guest, PRESENCE_SESSION, PresenceBench, seen } from '@/testing/presence-bench';
import { rest } from '@/testing/realtime-target';
import { AppError } from '../errors';
import { presenceChannel } from '../wire/realtime';
import { countWords } from './presence-words';
import type { PresenceSnapshot } from './session-presence';

let bench: PresenceBench;
beforeEach(() => {
  bench = new PresenceBench();
});
afterEach(() => bench.close());

const sees = (words: string) => (snapshot: PresenceSnapshot) =>
  snapshot.state === 'here' && seen(snapshot) === words;
const MINUTE = 60_000;

describe('who is here, over the real pusher-js', () => {
  it('is seen by everybody alike, with name and client, until they leave', async () => {
    await bench.open();
    const ada = await bench.join('Ada');
    const ben = await bench.join('Ben', { via: 'cli' });
    await bench.until([ada, ben], sees('Ada web, Ben cli'));
    expect(ada.presence.getSnapshot().people.map(({ isMe }) => isMe)).toEqual([true, false]);
    ben.presence.stop();
    await bench.until(ada, sees('Ada web'));
  });

  it('counts the clients of one person once, and says which they use', async () => {
    await bench.open();
    const first = await bench.join('Ada');
    await bench.until(first, sees('Ada web'));
    const ben = await bench.join('Ben');
    const second = await bench.join('Ada');
    const terminal = await bench.join('Ada', { via: 'cli' });
    await bench.until([first, ben, second, terminal], sees('Ada cli+web, Ben web'));
    terminal.presence.stop();
    await bench.until([first, ben, second], sees('Ada web, Ben web'));
    first.presence.stop();
    second.presence.stop();
    await bench.until(ben, sees('Ben web'));
  });

  it('are the clients of one person to that person too, with nobody else there', async () => {
    await bench.open();
    const tab = await bench.join('Ada');
    const terminal = await bench.join('Ada', { via: 'cli' });
    await bench.until([tab, terminal], sees('Ada cli+web'));
    await bench.time.pass(2_000);
    terminal.presence.stop();
    await bench.until(tab, sees('Ada web'));
  });

  it('misses a client that is gone before it was answered', async () => {
    await bench.open();
    const [ada, ben] = [await bench.join('Ada'), await bench.join('Ben')];
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    const terminal = await bench.join('Ben', { via: 'cli' });
    await bench.until(ada, sees('Ada web, Ben cli+web'));
    terminal.presence.stop();
    terminal.connection.close();
    await bench.until(ada, sees('Ada web, Ben web'));
    await bench.time.pass(2_000);
    await bench.until([ada, ben], sees('Ada web, Ben web'));
  });

  it('tells whoever comes later the same', async () => {
    await bench.open();
    const tab = await bench.join('Ada');
    await bench.join('Ada', { via: 'cli' });
    await bench.until(tab, sees('Ada cli+web'));
    const ben = await bench.join('Ben');
    await bench.until(ben, sees('Ada cli+web, Ben web'));
  });

  it('misses a client that vanished beside another of the same person, after a while', async () => {
    await bench.open();
    const tab = await bench.join('Ada');
    const terminal = await bench.join('Ada', { via: 'cli' });
    const ben = await bench.join('Ben');
    await bench.until([ben, tab], sees('Ada cli+web, Ben web'));
    terminal.connection.close();
    await bench.time.pass(MINUTE);
    await bench.until(ben, sees('Ada cli+web, Ben web'));
    for (let minute = 0; minute < 3; minute += 1) {
      await bench.time.pass(MINUTE);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await bench.until([ben, tab], sees('Ada web, Ben web'));
  });

  it('is a person whose line broke again as soon as it holds', async () => {
    await bench.open();
    const ada = await bench.join('Ada');
    const ben = await bench.join('Ben', { via: 'cli' });
    await bench.until([ada, ben], sees('Ada web, Ben cli'));
    ben.line.cut();
    await bench.until(ada, sees('Ada web'));
    await bench.until([ada, ben], sees('Ada web, Ben cli'));
  });

  it('is not a person whose line went silent without an end', async () => {
    await bench.open({ limits: { activityTimeoutMs: 1_000, pongTimeoutMs: 200 } });
    const ada = await bench.join('Ada');
    const ben = await bench.join('Ben');
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    ben.line.silence();
    await bench.until(ada, sees('Ada web'));
  });
});

describe('a restart of the realtime server', () => {
  it('is survived: everybody is back with all their clients', async () => {
    const app = { appId: 'app-1', key: 'key-1', secret: 'a-secret-that-is-long-enough' };
    let server: RealtimeServer = await startRealtimeServer({ ...app, port: 0 });
    const { port } = server;
    bench.openAt({ ...app, host: '127.0.0.1', port });
    const tab = await bench.join('Ada');
    await bench.join('Ada', { via: 'cli' });
    const ben = await bench.join('Ben');
    await bench.until([tab, ben], sees('Ada cli+web, Ben web'));
    await server.close();
    await bench.until(ben, ({ state }) => state === 'connecting');
    // While nobody knows better, the last known stays.
    expect(seen(ben.presence.getSnapshot())).toBe('Ada cli+web, Ben web');
    server = await startRealtimeServer({ ...app, port });
    await bench.until([tab, ben], sees('Ada cli+web, Ben web'));
    await bench.close();
    await server.close();
  });
});

describe('being idle', () => {
  it('begins with five minutes without input and ends with the first', async () => {
    await bench.open();
    const ada = await bench.join('Ada');
    const ben = await bench.join('Ben');
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    await bench.time.pass(4 * MINUTE);
    ben.presence.active();
    await bench.time.pass(2 * MINUTE);
    await bench.until([ada, ben], sees('Ada web idle, Ben web'));
    ada.presence.active();
    await bench.until([ada, ben], sees('Ada web, Ben web'));
  });

  it('begins soon in a tab that is hidden, but not with a glance at another', async () => {
    await bench.open();
    const ada = await bench.join('Ada');
    const ben = await bench.join('Ben');
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    ada.presence.setVisible(false);
    await bench.time.pass(10_000);
    ada.presence.setVisible(true);
    await bench.time.pass(40_000);
    await bench.until(ben, sees('Ada web, Ben web'));
    ada.presence.setVisible(false);
    await bench.time.pass(30_000);
    await bench.until(ben, sees('Ada web idle, Ben web'));
    ada.presence.setVisible(true);
    await bench.until(ben, sees('Ada web, Ben web'));
  });

  it('is told to whoever comes later', async () => {
    await bench.open();
    const ada = await bench.join('Ada');
    await bench.until(ada, sees('Ada web'));
    await bench.time.pass(6 * MINUTE);
    await bench.until(ada, sees('Ada web idle'));
    const ben = await bench.join('Ben');
    await bench.until(ben, sees('Ada web idle, Ben web'));
  });

  it('is nobody of whom one tab is looked at', async () => {
    await bench.open();
    const [looked, hidden] = [await bench.join('Ada'), await bench.join('Ada')];
    const ben = await bench.join('Ben');
    await bench.until([looked, hidden, ben], sees('Ada web, Ben web'));
    hidden.presence.setVisible(false);
    await bench.time.pass(31_000);
    await bench.until(hidden, ({ state }) => state === 'here');
    looked.presence.setVisible(false);
    await bench.time.pass(20_000);
    await bench.until(ben, sees('Ada web, Ben web'));
    await bench.time.pass(11_000);
    await bench.until(ben, sees('Ada web idle, Ben web'));
  });

  it('is no terminal, of which nobody knows', async () => {
    await bench.open();
    const ada = await bench.join('Ada', { via: 'cli' });
    const ben = await bench.join('Ben', { via: 'cli' });
    await bench.until([ada, ben], sees('Ada cli, Ben cli'));
    await bench.time.pass(60 * MINUTE);
    await bench.until([ada, ben], sees('Ada cli, Ben cli'));
  });
});

describe('a session in which very many are', () => {
  const count = ({ presence }: Guest) => {
    const { state, people } = presence.getSnapshot();
    return countWords(state, people.length);
  };

  it('is not joined when the server says so, and is tried again later', async () => {
    await bench.open();
    let isFull = true;
    const real = bench.signerOf('Ada', 'web');
    const sign: typeof real = (request) =>
      isFull ? Promise.reject(new AppError('rate_limited', 'full')) : real(request);
    const ada = await bench.join('Ada', { sign });
    await bench.until(ada, ({ state }) => state === 'full');
    expect(count(ada)).toBe('90+');
    isFull = false;
    await bench.time.pass(MINUTE);
    expect(ada.asked()).toBe(1);
    await bench.time.pass(2 * MINUTE);
    await bench.until(ada, sees('Ada web'));
    expect(count(ada)).toBe('1');
  });

  it('is not joined when the realtime server itself has no room, and the connection stays', async () => {
    await bench.open({ limits: { presenceMembers: 1 } });
    const ada = await bench.join('Ada');
    await bench.until(ada, sees('Ada web'));
    const ben = await bench.join('Ben');
    await bench.until(ben, ({ state }) => state === 'full');
    expect(seen(ada.presence.getSnapshot())).toBe('Ada web');
    ada.presence.stop();
    await bench.time.pass(3 * MINUTE);
    await bench.until(ben, sees('Ben web'));
  });
});

describe('a change of rights', () => {
  it('moves everybody who may to the channel of the new name', async () => {
    await bench.open();
    const [ada, ben] = [await bench.join('Ada'), await bench.join('Ben')];
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    ada.presence.follow(2);
    await bench.until(ben, sees('Ben web'));
    ben.presence.follow(2);
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    ada.presence.follow(1);
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    const { text } = await rest(bench.target, { path: '/channels' });
    expect(text).toContain(presenceChannel(PRESENCE_SESSION, 2));
    expect(text).not.toContain(presenceChannel(PRESENCE_SESSION, 1));
  });
});
