import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRESENCE_SESSION, PresenceBench, seen } from '@/testing/presence-bench';
import { PRESENCE_MESSAGES, presenceChannel } from '../wire/realtime';
import type { PresenceSnapshot } from './session-presence';

let bench: PresenceBench;
beforeEach(() => {
  bench = new PresenceBench();
});
afterEach(() => bench.close());

const sees = (words: string) => (snapshot: PresenceSnapshot) =>
  snapshot.state === 'here' && seen(snapshot) === words;

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
