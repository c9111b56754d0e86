import { describe, expect, it } from 'vitest';
import type { TeamRole } from '@/domain/access/roles';
import type { SessionRole } from '@/domain/access/session-role';
import { BlobKey, type CommandId, type SessionId } from '@/domain/ids';
import type { Caller } from '@/services/caller';
import { boot } from '@/services/sandboxes/boot';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  newPerson,
  newPromptId,
  newSessionId,
  phase,
  TestSession,
} from '@/testing/test-session';

const world = useDeps();

async function join(session: TestSession, name: string, role: TeamRole = 'member'): Promise<Caller> {
  const person = await newPerson(world.current, { name });
  const data = { teamId: session.teamId, userId: person.person.id, role };
  await world.current.db.membership.create({ data });
  return person;
}

const as = {
  setRole: (session: TestSession, by: Caller, [whom, role]: [Caller, SessionRole]) =>
    callAs(world.current, by).sessions.setRole({
      ...{ sessionId: session.id, commandId: newCommandId(), userId: whom.person.id, role },
    }),
  send: (session: TestSession, by: Caller, text: string) =>
    callAs(world.current, by).prompts.send({
      ...{ sessionId: session.id, commandId: newCommandId(), promptId: newPromptId(), text },
    }),
  fork: (session: TestSession, by: Caller, ids: { newSessionId?: SessionId; commandId?: CommandId } = {}) =>
    callAs(world.current, by).sessions.fork({
      ...{ sessionId: session.id, newSessionId: newSessionId(), commandId: newCommandId(), ...ids },
    }),
};

describe('who takes part in a session', () => {
  it('is said by its driver, and kept to at the door', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    await as.send(session, ben, 'one');
    await expect(as.setRole(session, ben, [ben, 'driver'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await as.setRole(session, session.owner, [ben, 'viewer']);
    await expect(as.send(session, ben, 'two')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await as.setRole(session, session.owner, [ben, 'participant']);
    await as.send(session, ben, 'three');
    expect(await session.story()).toEqual(
      expect.arrayContaining(['member.joined', 'member.role_changed', 'prompt.queued']),
    );
    expect(await callAs(world.current, ben).sessions.verify({ sessionId: session.id })).toMatchObject({
      differences: [],
    });
  });

  it('is nobody from elsewhere, and no more than a viewer who is one in the team', async () => {
    const session = await TestSession.create(world.current);
    const stranger = await newPerson(world.current, { name: 'Zoe' });
    const viewer = await join(session, 'Vic', 'viewer');
    await expect(as.setRole(session, session.owner, [stranger, 'driver'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(as.setRole(session, session.owner, [viewer, 'driver'])).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('is told when somebody leaves the team', async () => {
    const session = await TestSession.create(world.current);
    const ben = await join(session, 'Ben');
    await as.send(session, ben, 'one');
    const { teamId } = session;
    await callAs(world.current, session.owner).teams.removeMember({ teamId, userId: ben.person.id });
    await world.current.drain();
    expect((await session.events()).at(-1)).toMatchObject({ kind: 'access.changed', name: 'Ben' });
    expect((await session.now()).state.members.map(({ userId }) => userId)).toEqual([
      session.owner.person.id,
    ]);
  });
});

describe('the budget of a session', () => {
  it('stops the turn that uses it up, holds the next one, and is raised by a person', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { running } = (await session.now()).state;
    const given = () => ({ sessionId: session.id, commandId: newCommandId() });
    const api = callAs(world.current, session.owner);
    await api.sessions.setBudget({ ...given(), limitUsd: 0.01 });
    await session.send('two');
    await bridge.say(delivered(running!), {
      ...{ kind: 'turn.step_finished', turnId: running!.turnId, step: 1, costUsd: 0.02, finish: 'stop' },
      tokens: { input: 1, output: 1, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
    });
    expect(bridge.commands.map(({ command }) => command.type)).toContain('stop');
    await bridge.say(finished(running!, 'stopped'));
    expect((await session.story()).slice(-4)).toEqual([
      ...['turn.step_finished', 'budget.exhausted', 'turn.stop_requested', 'stopped'],
    ]);
    expect(await session.now()).toMatchObject({ state: { running: null } });
    const listed = await api.sessions.list({});
    expect(listed.find(({ id }) => id === session.id)?.status).toEqual({
      ...{ kind: 'needs_you', words: 'budget is used up' },
    });
    await api.sessions.setBudget({ ...given(), limitUsd: 1 });
    expect(await session.now()).toMatchObject({ state: { running: {}, budget: { stage: 'ok' } } });
    expect(await api.sessions.verify({ sessionId: session.id })).toMatchObject({ differences: [] });
  });
});

describe('a fork', () => {
  it('carries on with the work and the conversation of the other, which knows of it', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    const { running } = (await session.now()).state;
    await bridge.say(delivered(running!), finished(running!));
    const bundleKey = BlobKey.parse(`${session.id}/bundle/a`);
    await world.current.db.session.update({ where: { id: session.id }, data: { bundleKey } });
    const [id, commandId] = [newSessionId(), newCommandId()];
    const forked = await as.fork(session, session.owner, { newSessionId: id, commandId });
    // An answer that was lost: the same again.
    expect(await as.fork(session, session.owner, { newSessionId: id, commandId })).toMatchObject({
      id: forked.id,
    });
    expect((await session.events()).at(-1)).toMatchObject({
      kind: 'session.forked',
      fork: { sessionId: id },
    });
    expect((await session.story()).filter((kind) => kind === 'session.forked')).toHaveLength(1);
    const api = callAs(world.current, session.owner);
    await api.prompts.send({
      ...{ sessionId: id, commandId: newCommandId(), promptId: newPromptId(), text: 'go on' },
    });
    await world.current.drain();
    const started = await boot(world.current, { sessionId: id, epoch: 1 });
    expect(started).toMatchObject({ bundleBranch: (await session.now()).branch });
    expect(started.bundleUrl).toContain(session.id);
    expect(started.branch).not.toBe(started.bundleBranch);
    expect(started.history).toContain('one');
    expect(await api.sessions.verify({ sessionId: id })).toMatchObject({ differences: [] });
  });

  it('of a session that began anew itself is of its own work', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await world.current.drain();
    await session.bridge().say(phase(1, 'ready'));
    const started = await boot(world.current, { sessionId: session.id, epoch: 1 });
    expect(started).toMatchObject({ bundleBranch: started.branch, bundleUrl: null, history: '' });
  });

  it('is for nobody who can’t start a session there', async () => {
    const session = await TestSession.create(world.current);
    const viewer = await join(session, 'Vic', 'viewer');
    await expect(as.fork(session, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const stranger = await newPerson(world.current, { name: 'Zoe' });
    await expect(as.fork(session, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(as.fork(session, session.owner, { newSessionId: session.id })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});
