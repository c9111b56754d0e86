import { afterEach, describe, expect, it } from 'vitest';
import { whoIsHere } from '@/db/presence';
import { HereMessage, presenceChannel } from '@/domain/wire/realtime';
import { createPusherRealtime } from '@/integrations/pusher/create-pusher-realtime';
import type { RealtimeWebhookEvent } from '@/ports/realtime';
import type { Caller } from '@/services/caller';
import { useDeps } from '@/testing/deps';
import { type RawSocket, RealtimeBench, type Target, type WebhookReceiver } from '@/testing/realtime-target';
import { callAs, newPerson, TestSession } from '@/testing/test-session';
import { receiveRealtimeWebhook } from './receive-webhook';
import { repairPresence } from './repair-presence';

const world = useDeps();
const bench = new RealtimeBench();
afterEach(() => bench.close());

const socketId = '1.2';

async function withColleague(via: Caller['via'] = 'web'): Promise<{ session: TestSession; ben: Caller }> {
  const session = await TestSession.create(world.current);
  const ben = await newPerson(world.current, { name: 'Ben', via });
  await world.current.db.membership.create({
    data: { teamId: session.teamId, userId: ben.person.id, role: 'member' },
  });
  return { session, ben };
}

const hereIn = async (session: TestSession) => {
  const here = (await whoIsHere(world.current.db, [session.id])).get(session.id) ?? [];
  return here.map(({ name, clients }) => `${name} ${clients.join('+')}`);
};

/** A webhook as a recorded realtime server would send it. */
async function hear(...events: RealtimeWebhookEvent[]): Promise<void> {
  const body = JSON.stringify({ timeMs: 1, events });
  await receiveRealtimeWebhook(world.current, { body, key: 'recording', signature: null });
}

describe('joining a session’s presence channel', () => {
  it('is signed with who one is, for whom the session is theirs to see', async () => {
    const target = await bench.target();
    const { session, ben } = await withColleague('cli');
    Object.assign(world.current.realtime, createPusherRealtime(target));
    const channel = presenceChannel(session.id, 1);
    const connection = await bench.connection(target);
    const signed = await callAs(world.current, ben).realtime.auth({ socketId: connection.socketId, channel });
    const answer = await connection.joined(channel, { ...signed });
    expect(answer.data['presence']).toEqual({
      count: 1,
      ids: [ben.person.id],
      hash: { [ben.person.id]: { name: 'Ben', login: ben.person.login, via: 'cli' } },
    });
  });

  it('is refused to strangers and under an old name', async () => {
    const { session, ben } = await withColleague();
    const ask = (caller: Caller, version: number) =>
      callAs(world.current, caller).realtime.auth({
        socketId,
        channel: presenceChannel(session.id, version),
      });
    const stranger = await newPerson(world.current);
    await expect(ask(stranger, 1)).rejects.toMatchObject({ cause: { code: 'not_found' } });
    await world.current.db.session.update({ where: { id: session.id }, data: { accessVersion: 2 } });
    await expect(ask(ben, 1)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    await expect(ask(ben, 2)).resolves.toBeTruthy();
  });

  it('fits what Pusher takes of a member, however long the name and whatever its letters', async () => {
    const target = await bench.target();
    const { session, ben } = await withColleague();
    Object.assign(world.current.realtime, createPusherRealtime(target));
    const long = { ...ben, person: { ...ben.person, name: '\u0001'.repeat(190) } };
    const channel = presenceChannel(session.id, 1);
    const connection = await bench.connection(target);
    const signed = await callAs(world.current, long).realtime.auth({
      socketId: connection.socketId,
      channel,
    });
    await connection.joined(channel, { ...signed });
  });

  it('is refused to the ninety-first person, not to another tab of one who is in', async () => {
    const { session, ben } = await withColleague();
    const { db } = world.current;
    const people = Array.from({ length: 90 }, (_, n) => ({ id: `${session.id}-${n}`, name: `Person ${n}` }));
    await db.user.createMany({ data: people });
    const fill = (ids: string[]) =>
      db.sessionPresence.createMany({
        data: ids.map((userId) => ({ sessionId: session.id, userId, isHere: true, clients: ['web'] })),
      });
    await fill(people.slice(0, 89).map(({ id }) => id));
    const ask = (caller: Caller) =>
      callAs(world.current, caller).realtime.auth({ socketId, channel: presenceChannel(session.id, 1) });
    await expect(ask(ben)).resolves.toBeTruthy();
    await fill(people.slice(89).map(({ id }) => id));
    await expect(ask(session.owner)).rejects.toMatchObject({ cause: { code: 'rate_limited' } });
    await db.sessionPresence.delete({
      where: { sessionId_userId: { sessionId: session.id, userId: people[0]!.id } },
    });
    await hear({ name: 'member_added', channel: presenceChannel(session.id, 1), user_id: ben.person.id });
    await expect(ask(ben)).resolves.toBeTruthy();
    await expect(ask(session.owner)).rejects.toMatchObject({ cause: { code: 'rate_limited' } });
  });
});

describe('the rows of who is here', () => {
  it('follow the signed webhooks of the real server, which clients in hand, and lists are told', async () => {
    const { receiver, target, session, ben } = await withServer();
    const published = recordPublished();
    const tab = await enter(target, session, ben);
    await enter(target, session, { ...ben, via: 'cli' });
    await enter(target, session, session.owner);
    await take(receiver, 'member_added', 2);
    expect(await hereIn(session)).toEqual(['Ada web', 'Ben web+cli']);
    tab.socket.close();
    await tab.closed;
    await enter(target, session, session.owner);
    for (const socket of sockets.splice(0)) socket.socket.close();
    await take(receiver, 'member_removed', 2);
    expect(await hereIn(session)).toEqual([]);
    const told = published
      .filter(({ event }) => event === 'here')
      .map(({ data }) =>
        HereMessage.parse(data)
          .here.map(({ name }) => name)
          .join(),
      );
    expect(told).toContain('Ada,Ben');
    expect(told.at(-1)).toBe('');
  });

  it('take no notice of the channel of before rights changed', async () => {
    const { session, ben } = await withColleague();
    const user_id = ben.person.id;
    await world.current.db.session.update({ where: { id: session.id }, data: { accessVersion: 2 } });
    await hear({ name: 'member_added', channel: presenceChannel(session.id, 1), user_id });
    expect(await hereIn(session)).toEqual([]);
    await hear({ name: 'member_added', channel: presenceChannel(session.id, 2), user_id });
    await hear({ name: 'member_removed', channel: presenceChannel(session.id, 1), user_id });
    expect(await hereIn(session)).toEqual(['Ben ']);
  });

  it('hold nobody who only asked to join, and nobody who does not exist', async () => {
    const { session, ben } = await withColleague();
    const channel = presenceChannel(session.id, 1);
    await callAs(world.current, ben).realtime.auth({ socketId, channel });
    await hear({ name: 'member_added', channel, user_id: 'nobody' }, { name: 'cache_miss', channel });
    expect(await hereIn(session)).toEqual([]);
    await world.current.db.$executeRaw`
      UPDATE session_presence SET seen_at = now() - interval '6 minutes' WHERE session_id = ${session.id}::uuid`;
    await repairPresence(world.current);
    expect(await world.current.db.sessionPresence.count({ where: { sessionId: session.id } })).toBe(0);
  });

  it('tell those who may see the session, with the roles of everybody in its team', async () => {
    const { session, ben } = await withColleague();
    await hear({
      name: 'member_added',
      channel: presenceChannel(session.id, 1),
      user_id: ben.person.id,
    });
    const { members, here } = await callAs(world.current, ben).sessions.people({ sessionId: session.id });
    expect(members.map(({ name, role }) => `${name} ${role}`)).toEqual(['Ada owner', 'Ben member']);
    expect(here.map(({ name }) => name)).toEqual(['Ben']);
  });
});

describe('the sweep', () => {
  const age = (session: TestSession, seconds: number) => world.current.db.$executeRaw`
    UPDATE session_presence SET seen_at = now() - make_interval(secs => ${seconds})
    WHERE session_id = ${session.id}::uuid`;

  it('finds who is here and who is not, when webhooks were lost', async () => {
    const { session, ben } = await withColleague();
    const channel = presenceChannel(session.id, 1);
    const { realtime } = world.current;
    realtime.present = new Map([[channel, [ben.person.id, 'nobody']]]);
    await repairPresence(world.current);
    expect(await hereIn(session)).toEqual(['Ben ']);
    realtime.present = new Map();
    await age(session, 60);
    await repairPresence(world.current);
    expect(await hereIn(session)).toEqual([]);
    expect(
      realtime.toldOn(`private-team-${session.teamId}.1`).filter((event) => event === 'here'),
    ).toHaveLength(2);
  });

  it('asks for the people of those channels alone whose number differs, or that were long not asked for', async () => {
    const { session, ben } = await withColleague();
    const channel = presenceChannel(session.id, 1);
    const { realtime } = world.current;
    await hear({ name: 'member_added', channel, user_id: ben.person.id });
    realtime.present = new Map([[channel, [session.owner.person.id]]]);
    await age(session, 60);
    await repairPresence(world.current);
    expect(await hereIn(session)).toEqual(['Ben ']);
    await age(session, 11 * 60);
    await repairPresence(world.current);
    expect(await hereIn(session)).toEqual(['Ada ']);
  });

  it('takes a server that does not answer for no absence', async () => {
    const { session, ben } = await withColleague();
    await hear({ name: 'member_added', channel: presenceChannel(session.id, 1), user_id: ben.person.id });
    await age(session, 60 * 60);
    world.current.realtime.present = null;
    await repairPresence(world.current);
    expect(await hereIn(session)).toEqual(['Ben ']);
  });

  it('does not take away who joined while it asked', async () => {
    const { session, ben } = await withColleague();
    const channel = presenceChannel(session.id, 1);
    world.current.realtime.present = new Map();
    await hear({ name: 'member_added', channel, user_id: ben.person.id });
    await repairPresence(world.current);
    expect(await hereIn(session)).toEqual(['Ben ']);
  });
});

describe('touching a session', () => {
  it('notes when, not more often than each half minute', async () => {
    const { session, ben } = await withColleague();
    const touched = async () => {
      await callAs(world.current, ben).sessions.touch({ sessionId: session.id });
      const row = await world.current.db.session.findUniqueOrThrow({ where: { id: session.id } });
      return row.touchedAt?.getTime() ?? 0;
    };
    const first = await touched();
    expect(first).toBeGreaterThan(0);
    expect(await touched()).toBe(first);
    await world.current.db.$executeRaw`
      UPDATE session SET touched_at = touched_at - interval '31 seconds' WHERE id = ${session.id}::uuid`;
    expect(await touched()).toBeGreaterThanOrEqual(first);
  });
});

const sockets: RawSocket[] = [];

async function withServer(): Promise<{
  receiver: WebhookReceiver;
  target: Target;
  session: TestSession;
  ben: Caller;
}> {
  const receiver = await bench.webhooks();
  const target = await bench.target({
    webhookUrl: receiver.url,
    limits: { leaveDelayMs: 20, webhookBatchWindowMs: 10 },
  });
  const { session, ben } = await withColleague();
  Object.assign(world.current.realtime, createPusherRealtime(target));
  return { receiver, target, session, ben };
}

/** What is published from now on, beside being sent. */
function recordPublished(): { event: string; data: unknown }[] {
  const { realtime } = world.current;
  const published: { event: string; data: unknown }[] = [];
  const publish = realtime.publish.bind(realtime);
  realtime.publish = (message) => {
    published.push(message);
    return publish(message);
  };
  return published;
}

async function enter(target: Target, session: TestSession, caller: Caller): Promise<RawSocket> {
  const connection = await bench.connection(target);
  sockets.push(connection);
  const channel = presenceChannel(session.id, 1);
  const signed = await callAs(world.current, caller).realtime.auth({
    socketId: connection.socketId,
    channel,
  });
  await connection.joined(channel, { ...signed });
  return connection;
}

const taken = new WeakMap<WebhookReceiver, number>();

/** Hands what the real server sent to the service until so many events of the name have come in all. */
async function take(receiver: WebhookReceiver, name: string, count: number): Promise<void> {
  await receiver.until(() => receiver.events().filter((event) => event['name'] === name).length >= count);
  for (const { body, headers } of receiver.requests.slice(taken.get(receiver) ?? 0)) {
    const [key, signature] = [headers['x-pusher-key'], headers['x-pusher-signature']];
    await receiveRealtimeWebhook(world.current, { body, key: String(key), signature: String(signature) });
  }
  taken.set(receiver, receiver.requests.length);
}
