import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RealtimeServer, startRealtimeServer } from '@/embedded/realtime/start-realtime-server';
import { type Guest, PRESENCE_SESSION, PresenceBench, seen } from '@/testing/presence-bench';
import { rest } from '@/testing/realtime-target';
import { AppError } from '../errors';
import { PRESENCE_MESSAGES, presenceChannel } from '../wire/realtime';
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

describe('typing', () => {
  const typing =
    (...names: string[]) =>
    (snapshot: PresenceSnapshot) =>
      snapshot.typing.join() === names.join();

  it('is shown to the others, not to the other tab of the same person, and is over after a while', async () => {
    await bench.open();
    const [ada, tab, ben] = [await bench.join('Ada'), await bench.join('Ada'), await bench.join('Ben')];
    await bench.until([ada, tab, ben], sees('Ada web, Ben web'));
    ada.presence.typed();
    await bench.until(ben, typing('Ada'));
    expect(tab.presence.getSnapshot().typing).toEqual([]);
    await bench.time.pass(5_000);
    await bench.until(ben, typing());
  });

  it('is over at once when what was typed is sent', async () => {
    await bench.open();
    const [ada, ben] = [await bench.join('Ada'), await bench.join('Ben')];
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    ada.presence.typed();
    await bench.until(ben, typing('Ada'));
    const before = bench.time.now();
    ada.presence.typingOver();
    await bench.until(ben, typing());
    expect(bench.time.now() - before).toBeLessThan(4_000);
  });

  it('is told each two and a half seconds while it goes on, to nobody when nobody is there', async () => {
    const receiver = await bench.realtime.webhooks();
    await bench.open({ webhookUrl: receiver.url, limits: { webhookBatchWindowMs: 1 } });
    const ada = await bench.join('Ada');
    await bench.until(ada, sees('Ada web'));
    for (let key = 0; key < 20; key += 1) ada.presence.typed();
    const ben = await bench.join('Ben');
    await bench.until([ada, ben], sees('Ada web, Ben web'));
    for (let key = 0; key < 100; key += 1) {
      ada.presence.typed();
      await bench.time.pass(100);
    }
    ada.presence.typingOver();
    const told = () => {
      const typed = receiver.events().filter(({ event }) => event === PRESENCE_MESSAGES.typing);
      return typed.map(({ data }) => data);
    };
    await receiver.until(() => told().at(-1) === '{"isTyping":false}');
    expect(told()).toEqual([...Array<string>(4).fill('{"isTyping":true}'), '{"isTyping":false}']);
  });

  it('is that of who sent it, whoever the message names', async () => {
    await bench.open();
    const [ada, ben, eve] = [await bench.join('Ada'), await bench.join('Ben'), await bench.join('Eve')];
    await bench.until([ada, ben, eve], sees('Ada web, Ben web, Eve web'));
    const channel = presenceChannel(PRESENCE_SESSION, 1);
    const forged = { isTyping: true, user_id: 'ben', userId: 'ben', name: 'Ben' };
    eve.connection.trigger(channel, PRESENCE_MESSAGES.typing, forged);
    await bench.until(ada, typing('Eve'));
  });
});

describe('what others claim', () => {
  it('changes nothing but what is shown of themselves, and breaks nothing', async () => {
    await bench.open();
    const [ada, eve] = [await bench.join('Ada'), await bench.join('Eve')];
    await bench.until([ada, eve], sees('Ada web, Eve web'));
    const channel = presenceChannel(PRESENCE_SESSION, 1);
    const claims = [
      null,
      'text',
      { client: 7, via: 'web', isIdle: false },
      { client: 'x', via: 'telepathy', isIdle: false },
      { client: 'x'.repeat(41), via: 'web', isIdle: false },
      { client: 'x', via: 'slack', isIdle: true, user_id: 'ada' },
    ];
    for (const claim of claims) eve.connection.trigger(channel, PRESENCE_MESSAGES.state, claim);
    await bench.until(ada, sees('Ada web, Eve slack idle+web'));
  });

  it('may not fill the memory of the others', async () => {
    await bench.open();
    const [ada, eve] = [await bench.join('Ada'), await bench.join('Eve')];
    await bench.until([ada, eve], sees('Ada web, Eve web'));
    const channel = presenceChannel(PRESENCE_SESSION, 1);
    const raw = await bench.realtime.connection(bench.target);
    await raw.joined(channel, {
      ...(await bench.signerOf('Eve', 'web')({ socketId: raw.socketId, channel })),
    });
    const claim = (client: string, via: string) =>
      raw.send({ event: PRESENCE_MESSAGES.state, channel, data: { client, via, isIdle: false } });
    for (let n = 0; n < 8; n += 1) claim(`c${n}`, 'web');
    claim('last', 'github');
    await bench.until(ada, sees('Ada web, Eve github+web'));
    // The first of nine is forgotten, which was the one that Eve’s own tab had told.
    raw.socket.close();
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
