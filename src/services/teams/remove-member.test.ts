import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { TeamRole } from '@/domain/access/roles';
import { PartId, SessionId, type TeamId } from '@/domain/ids';
import type { Delta } from '@/domain/wire/bridge';
import { presenceChannel, sessionChannel, teamChannel } from '@/domain/wire/realtime';
import { createPusherRealtime } from '@/integrations/pusher/create-pusher-realtime';
import type { Caller } from '@/services/caller';
import { useDeps } from '@/testing/deps';
import { RealtimeBench, type Target } from '@/testing/realtime-target';
import {
  callAs,
  newCommandId,
  newPerson,
  newPromptId,
  newTeam,
  type TestBridge,
  TestSession,
} from '@/testing/test-session';

const world = useDeps();
const bench = new RealtimeBench();
afterEach(() => bench.close());

async function join(session: TestSession, name: string, role: TeamRole = 'member'): Promise<Caller> {
  const person = await newPerson(world.current, { name });
  await world.current.db.membership.create({
    data: { teamId: session.teamId, userId: person.person.id, role },
  });
  return person;
}

const remove = (by: Caller, teamId: TeamId, whom: Caller) =>
  callAs(world.current, by).teams.removeMember({ teamId, userId: whom.person.id });

describe('taking somebody out of a team', () => {
  const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
  const ALLOWED = new Set([
    ...ROLES.map((target) => `owner>${target}`),
    ...(['admin', 'member', 'viewer'] as const).map((target) => `admin>${target}`),
  ]);

  it.each(ROLES.flatMap((by) => ROLES.map((target) => ({ by, target }))))(
    'is for owners, and for admins but of an owner: a $by, a $target',
    async ({ by, target }) => {
      const [actor, whom, owner] = await Promise.all([1, 2, 3].map(() => newPerson(world.current)));
      const teamId = await newTeam(world.current, [
        [actor!, by],
        [whom!, target],
        [owner!, 'owner'],
      ]);
      const removed = remove(actor!, teamId, whom!).then(
        () => true,
        () => false,
      );
      expect(await removed).toBe(ALLOWED.has(`${by}>${target}`));
      const left = await world.current.db.membership.count({ where: { teamId } });
      expect(left).toBe(ALLOWED.has(`${by}>${target}`) ? 2 : 3);
    },
  );

  it('is something that everybody may do to themselves, but the last owner', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben', 'viewer');
    await remove(ben, session.teamId, ben);
    await expect(remove(session.owner, session.teamId, session.owner)).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    });
    const cid = await join(session, 'Cid', 'owner');
    await remove(session.owner, session.teamId, session.owner);
    await expect(remove(cid, session.teamId, cid)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
  });

  it('leaves an owner when two remove each other at once', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben', 'owner');
    const both = await Promise.allSettled([
      remove(session.owner, session.teamId, ben),
      remove(ben, session.teamId, session.owner),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const where = { teamId: session.teamId, role: 'owner' };
    expect(await world.current.db.membership.count({ where })).toBe(1);
  });

  it('refused changes nothing: no name, no notice', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    const before = world.current.realtime.messages.length;
    await expect(remove(ben, session.teamId, session.owner)).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    });
    const stranger = await newPerson(world.current);
    await expect(remove(session.owner, session.teamId, stranger)).rejects.toBeTruthy();
    await expect(remove(stranger, session.teamId, ben)).rejects.toMatchObject({
      cause: { code: 'not_found' },
    });
    expect((await session.now()).accessVersion).toBe(1);
    expect(world.current.realtime.messages).toHaveLength(before);
  });
});

describe('who was taken out', () => {
  it('is told whom to ask, where a stranger is told of nothing', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    await remove(session.owner, session.teamId, ben);
    const call = callAs(world.current, ben);
    const words = 'You are not in the team Acme any more. Ask Ada, who can invite you again.';
    const sessionId = session.id;
    await expect(call.sessions.get({ sessionId })).rejects.toMatchObject({
      cause: { code: 'forbidden', message: words },
    });
    await expect(call.events.after({ sessionId, after: 0 })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    });
    expect(await call.sessions.list()).toEqual([]);
    const stranger = callAs(world.current, await newPerson(world.current));
    await expect(stranger.sessions.get({ sessionId })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    });
  });

  it('is in again as soon as somebody lets them', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    await remove(session.owner, session.teamId, ben);
    await world.current.db.membership.create({
      data: { teamId: session.teamId, userId: ben.person.id, role: 'viewer' },
    });
    const { session: view } = await callAs(world.current, ben).sessions.get({ sessionId: session.id });
    const channel = sessionChannel(session.id, view.accessVersion);
    await expect(
      callAs(world.current, ben).realtime.auth({ socketId: '1.2', channel }),
    ).resolves.toBeTruthy();
  });

  it('is in no list of who is here any more', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    await world.current.db.sessionPresence.create({
      data: { sessionId: session.id, userId: ben.person.id, isHere: true },
    });
    await remove(session.owner, session.teamId, ben);
    const { here, members } = await callAs(world.current, session.owner).sessions.people({
      sessionId: session.id,
    });
    expect([here, members.map(({ name }) => name)]).toEqual([[], ['Ada']]);
  });
});

describe('a client that ignores the notice and keeps its subscriptions', () => {
  it('hears the notice, and then nothing more of the session, of live text, of who is here, or of the list', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const ben = await join(session, 'Ben');
    const { target, listener } = await listening(session, ben);
    await session.send('before');
    await listener.next('events');
    await listener.next('session-changed');
    listener.frames.splice(0);
    await remove(session.owner, session.teamId, ben);
    await everythingThatIsSaid(session, bridge);
    await someoneElseHeardIt(target, session);
    await listener.settled();
    expect(listener.frames.map(({ event, channel }) => `${event} ${channel ?? ''}`.trim()).sort()).toEqual([
      'pusher:pong',
      `resubscribe ${sessionChannel(session.id, 1)}`,
      `resubscribe ${teamChannel(session.teamId, 1)}`,
    ]);
  });

  it('is not let in again under any name, and a member is', async () => {
    const session = await TestSession.create(world.current);
    const [ben, cid] = [await join(session, 'Ben'), await join(session, 'Cid')];
    await remove(session.owner, session.teamId, ben);
    for (const version of [1, 2, 3]) {
      for (const channel of [
        sessionChannel(session.id, version),
        presenceChannel(session.id, version),
        teamChannel(session.teamId, version),
      ]) {
        const ask = (caller: Caller) =>
          callAs(world.current, caller).realtime.auth({ socketId: '1.2', channel });
        await expect(ask(ben)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
        if (version === 2) await expect(ask(cid)).resolves.toBeTruthy();
        else await expect(ask(cid)).rejects.toMatchObject({ cause: { code: 'forbidden' } });
      }
    }
  });

  it('hears nothing of a command that had read the session before, and writes after', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    const told = (channel: string) => world.current.realtime.toldOn(channel);
    const held = holdWrite(world.current.db, '$transaction');
    const sending = session.send('late');
    await held.reached;
    await remove(session.owner, session.teamId, ben);
    held.release();
    await sending;
    expect(told(sessionChannel(session.id, 1)).at(-1)).toBe('resubscribe');
    expect(told(sessionChannel(session.id, 2))).toContain('events');
    expect(told(teamChannel(session.teamId, 1)).at(-1)).toBe('resubscribe');
    expect(told(teamChannel(session.teamId, 2))).toContain('session-changed');
  });

  it.each([
    ['live text alone', []],
    ['live text and events', [{ kind: 'setup.log', epoch: 1, text: 'x' }]],
  ])('hears nothing of a sync with %s that had read the session before', async (_what, events) => {
    const { session, bridge } = await TestSession.ready(world.current);
    const ben = await join(session, 'Ben');
    const told = (channel: string) => world.current.realtime.toldOn(channel);
    const live = { deltas: await deltas(session) };
    const held = holdWrite(world.current.db, '$queryRaw');
    const syncing = bridge.tell(events, live);
    await held.reached;
    await remove(session.owner, session.teamId, ben);
    held.release();
    await syncing;
    expect(told(sessionChannel(session.id, 1)).at(-1)).toBe('resubscribe');
    expect(told(sessionChannel(session.id, 2))).toEqual([...events.map(() => 'events'), 'deltas']);
  });
});

async function deltas(session: TestSession): Promise<Delta[]> {
  const [turnId, partId] = [await session.runningTurn(), PartId.parse('prt_1')];
  return [{ turnId, partId, offset: 0, text: 'secret' }];
}

/** Holds one write of the database back: the next transaction, or the next raw statement that changes a session. */
function holdWrite(
  db: (typeof world.current)['db'],
  method: '$transaction' | '$queryRaw',
): { reached: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  let reach = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  // Whatever it is called with is handed on as it came.
  const real = (db[method] as (...given: unknown[]) => Promise<unknown>).bind(db);
  const held = async (...given: unknown[]): Promise<unknown> => {
    if (method === '$queryRaw' && !String(given[0]).includes('UPDATE session')) return real(...given);
    // Left there, it would be the one of transactions too, outside of which it then ran.
    Reflect.deleteProperty(db, method);
    reach();
    await released;
    return real(...given);
  };
  Object.assign(db, { [method]: held });
  return { reached, release: () => release() };
}

/** Somebody on all three channels of a session, on the real realtime server. */
async function listening(session: TestSession, caller: Caller, version = 1) {
  const target = await bench.target();
  Object.assign(world.current.realtime, createPusherRealtime(target));
  const listener = await bench.connection(target);
  for (const channel of [
    sessionChannel(session.id, version),
    presenceChannel(session.id, version),
    teamChannel(session.teamId, version),
  ]) {
    const signed = await callAs(world.current, caller).realtime.auth({
      socketId: listener.socketId,
      channel,
    });
    await listener.joined(channel, { ...signed });
  }
  return { target, listener };
}

/** Commands of a person, events and live text of the bridge, and people who come and go under the new names. */
async function everythingThatIsSaid(session: TestSession, bridge: TestBridge): Promise<void> {
  await session.send('after');
  await bridge.tell([{ kind: 'setup.log', epoch: 1, text: 'x' }], { deltas: await deltas(session) });
  await bridge.tell([], { deltas: await deltas(session) });
  await callAs(world.current, session.owner).sessions.create({
    sessionId: SessionId.parse(randomUUID()),
    commandId: newCommandId(),
    repository: { address: session.repository.url },
    prompt: { promptId: newPromptId(), text: 'a new one' },
  });
}

/** Proof that all of it was said: under the new names the owner hears the same kinds. */
async function someoneElseHeardIt(target: Target, session: TestSession): Promise<void> {
  const owner = await bench.connection(target);
  for (const channel of [sessionChannel(session.id, 2), teamChannel(session.teamId, 2)]) {
    const signed = await callAs(world.current, session.owner).realtime.auth({
      socketId: owner.socketId,
      channel,
    });
    await owner.joined(channel, { ...signed });
  }
  await session.send('heard');
  await owner.next('events');
  await owner.next('session-changed');
}
