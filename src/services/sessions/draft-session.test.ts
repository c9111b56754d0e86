import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSession } from '@/db/sessions';
import type { SessionId, TeamId } from '@/domain/ids';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  newCommandId,
  newPerson,
  newPromptId,
  newRepository,
  newSessionId,
  newTeam,
  phase,
  TestBridge,
} from '@/testing/test-session';
import { sweep } from '../sandboxes/sweep';
import type { Caller } from '../caller';

const world = useDeps();

async function scene() {
  const ada = await newPerson(world.current);
  const teamId = await newTeam(world.current, [[ada, 'owner']]);
  const repository = await newRepository(world.current, teamId);
  return { ada, teamId, repository };
}

type Scene = Awaited<ReturnType<typeof scene>>;

async function draft(
  { ada, repository }: Pick<Scene, 'ada' | 'repository'>,
  more: { sessionId?: SessionId; baseBranch?: string } = {},
) {
  const sessionId = more.sessionId ?? newSessionId();
  const { isWarm } = await callAs(world.current, ada).sessions.draft({
    repository: { id: repository.id },
    ...more,
    sessionId,
  });
  await world.current.drain();
  return { sessionId, isWarm };
}

const create = (
  { ada, repository }: Pick<Scene, 'ada' | 'repository'>,
  sessionId: SessionId,
  {
    baseBranch,
    commandId = newCommandId(),
  }: { baseBranch?: string; commandId?: ReturnType<typeof newCommandId> } = {},
) =>
  callAs(world.current, ada).sessions.create({
    ...{ sessionId, commandId, repository: { id: repository.id } },
    ...(baseBranch === undefined ? {} : { baseBranch }),
    prompt: { promptId: newPromptId(), text: 'Mend the door' },
  });

async function somebodyElse(teamId: TeamId): Promise<Caller> {
  const person = await newPerson(world.current, { name: `Ben ${randomUUID().slice(0, 4)}` });
  await world.current.db.membership.create({ data: { teamId, userId: person.person.id, role: 'member' } });
  return person;
}

const runningFor = () => world.current.sandboxes.running.map(({ spec }) => spec.labels['session']);

describe('a first prompt that is being typed', () => {
  it('has a sandbox started, and is nobody’s session yet', async () => {
    const given = await scene();
    const { sessionId, isWarm } = await draft(given);
    expect(isWarm).toBe(true);
    expect(runningFor()).toEqual([sessionId]);
    const colleague = await somebodyElse(given.teamId);
    for (const person of [given.ada, colleague]) {
      expect(await callAs(world.current, person).sessions.list()).toEqual([]);
    }
    await expect(callAs(world.current, colleague).sessions.get({ sessionId })).rejects.toThrow(
      'There is no session',
    );
  });

  it('becomes a session that runs in that sandbox, and is in lists then', async () => {
    const given = await scene();
    const { sessionId } = await draft(given);
    const bridge = new TestBridge(world.current, { sessionId, epoch: 1 });
    await bridge.say(phase(1, 'ready'));
    const session = await create(given, sessionId);
    await world.current.drain();
    expect(session.title).toBe('Mend the door');
    expect(runningFor()).toEqual([sessionId]);
    await bridge.say();
    expect(bridge.commands).toMatchObject([{ command: { type: 'prompt', text: 'Mend the door' } }]);
    expect((await findSession(world.current.db, sessionId))?.epoch).toBe(1);
    expect(await callAs(world.current, given.ada).sessions.list()).toMatchObject([{ id: sessionId }]);
  });

  it('and is sent before its draft was made is a session all the same', async () => {
    const given = await scene();
    const sessionId = newSessionId();
    const input = { sessionId, repository: { id: given.repository.id } };
    const { sessions } = callAs(world.current, given.ada);
    await Promise.all([create(given, sessionId), sessions.draft(input), sessions.draft(input)]);
    await world.current.drain();
    expect(await findSession(world.current.db, sessionId)).toMatchObject({ isDraft: false, epoch: 1 });
    expect(await sessions.draft(input)).toEqual({ isWarm: false });
    expect(await sessions.list()).toMatchObject([{ id: sessionId }]);
  });

  it('sent twice is one session still', async () => {
    const given = await scene();
    const { sessionId } = await draft(given);
    const commandId = newCommandId();
    await create(given, sessionId, { commandId });
    await create(given, sessionId, { commandId });
    const events = await world.current.db.event.findMany({ where: { sessionId, kind: 'session.created' } });
    expect(events).toHaveLength(1);
    const session = await findSession(world.current.db, sessionId);
    expect(events[0]?.payload).toMatchObject({ branch: session?.branch });
  });

  it('for another branch at the last moment gets a sandbox of its own', async () => {
    const given = await scene();
    const { sessionId } = await draft(given);
    await create(given, sessionId, { baseBranch: 'next' });
    await world.current.drain();
    expect(world.current.sandboxes.all).toHaveLength(2);
    expect(runningFor()).toEqual([sessionId]);
    expect(await findSession(world.current.db, sessionId)).toMatchObject({
      baseBranch: 'next',
      isDraft: false,
    });
  });

  it('has one sandbox however often it is said, and another when something else is chosen', async () => {
    const given = await scene();
    const { sessionId } = await draft(given);
    await draft(given, { sessionId });
    expect(world.current.sandboxes.all).toHaveLength(1);
    await draft(given, { sessionId, baseBranch: 'next' });
    expect(world.current.sandboxes.all).toHaveLength(2);
    const second = await draft(given);
    expect(runningFor()).toEqual([second.sessionId]);
  });

  it('is not warmed where five of the team are, and starts all the same', async () => {
    const given = await scene();
    for (let made = 0; made < 5; made += 1) {
      expect(await draft({ ...given, ada: await somebodyElse(given.teamId) })).toMatchObject({
        isWarm: true,
      });
    }
    const { sessionId, isWarm } = await draft(given);
    expect(isWarm).toBe(false);
    expect(world.current.sandboxes.running).toHaveLength(5);
    await create(given, sessionId);
    await world.current.drain();
    expect(world.current.sandboxes.running).toHaveLength(6);
  });

  it('is ended with its sandbox when nothing was typed for ten minutes', async () => {
    const given = await scene();
    const { sessionId } = await draft(given);
    const late = async (minutes: number) => {
      await world.current.db.$executeRaw`
        UPDATE session SET created_at = created_at - make_interval(mins => ${minutes}),
          touched_at = touched_at - make_interval(mins => ${minutes}) WHERE id = ${sessionId}::uuid`;
      await sweep(world.current);
    };
    await late(9);
    expect(runningFor()).toEqual([sessionId]);
    await draft(given, { sessionId });
    await late(9);
    expect(runningFor()).toEqual([sessionId]);
    await late(2);
    expect(runningFor()).toEqual([]);
    expect(await findSession(world.current.db, sessionId)).toBeNull();
  });
});
