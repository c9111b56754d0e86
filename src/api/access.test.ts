import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/domain/errors';
import { SessionId } from '@/domain/ids';
import type { TeamRole } from '@/domain/access/roles';
import type { Caller } from '@/services/caller';
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
import {
  ADMINISTER,
  CHANGE,
  command,
  PUBLIC,
  type Scene,
  TABLE,
  WHO,
  type Who,
} from '@/testing/access-table';
import { appRouter } from './root';

const world = useDeps();

/** A team with everybody in it, and a session in which something runs, waits and has ended. */
async function newScene(): Promise<Scene> {
  const deps = world.current;
  const [owner, admin, member, viewer, leaver, stranger] = await Promise.all([
    newPerson(deps, { name: 'Owner' }),
    newPerson(deps, { name: 'Admin' }),
    newPerson(deps, { name: 'Member' }),
    newPerson(deps, { name: 'Viewer' }),
    newPerson(deps, { name: 'Leaver' }),
    newPerson(deps, { name: 'Stranger' }),
  ]);
  const roles: [Caller, TeamRole][] = [
    [owner, 'owner'],
    [admin, 'admin'],
    [member, 'member'],
    [viewer, 'viewer'],
    [leaver, 'member'],
  ];
  const teamId = await newTeam(deps, roles);
  await newTeam(deps, [[stranger, 'owner']]);
  const repository = await newRepository(deps, teamId);
  const callers = { anonymous: null, owner, admin, member, viewer, stranger };
  const { id: leaverId } = leaver.person;
  return { callers, teamId, leaverId, ...(await prepareSession(owner, repository)) };
}

let shared: Scene | undefined;

/** Who only looks, or is refused, shares a scene with the others; who changes something gets a fresh one. */
async function sceneFor(isChanged: boolean): Promise<Scene> {
  const scene = isChanged ? await newScene() : (shared ??= await newScene());
  for (const url of [PUBLIC, scene.repository.url]) {
    world.current.repositoryHost.known.set(url, { defaultBranch: 'main', branches: ['main'] });
  }
  return scene;
}

async function prepareSession(
  owner: Caller,
  repository: Scene['repository'],
): Promise<Omit<Scene, 'callers' | 'teamId' | 'leaverId'>> {
  const deps = world.current;
  const sessionId = newSessionId();
  const asleepId = newSessionId();
  const call = callAs(deps, owner);
  const [ended, running, waiting] = [newPromptId(), newPromptId(), newPromptId()];
  const give = (promptId: typeof ended) =>
    call.prompts.send({ sessionId, commandId: newCommandId(), promptId, text: 'go' });
  await call.sessions.create({
    sessionId,
    commandId: newCommandId(),
    repository: { address: repository.url },
  });
  const other = { sessionId: asleepId, commandId: newCommandId() };
  await call.sessions.create({ ...other, repository: { address: repository.url } });
  await give(ended);
  const first = (await call.sessions.get({ sessionId })).session.state.running!;
  await call.turns.stop({ sessionId, commandId: newCommandId(), turnId: first.turnId });
  await give(running);
  await give(waiting);
  await deps.drain();
  const bridge = new TestBridge(deps, { sessionId, epoch: 1 });
  await bridge.say(phase(1, 'ready'));
  const { turnId } = (await call.sessions.get({ sessionId })).session.state.running!;
  const ask = { type: 'permission', permission: 'bash', title: 'git push', always: [] };
  await bridge.say({ kind: 'ask.opened', turnId, askId: 'per_1', ask, toolPartId: null });
  return { sessionId, asleepId, turnId, running, waiting, ended, repository };
}

/** Calls a procedure by its path, as somebody. */
async function outcomeOf(scene: Scene, path: string, who: Who): Promise<string> {
  const caller = callAs(world.current, scene.callers[who]);
  const [noun, verb] = path.split('.');
  // The paths come from the router itself.
  const routers = caller as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  try {
    await routers[noun!]![verb!]!(TABLE[path]!.input(scene));
    return 'ok';
  } catch (error) {
    if (error instanceof TRPCError && error.cause instanceof AppError) return error.cause.code;
    throw error;
  }
}

// `_def.procedures` is a flat record of every procedure by its path.
const PATHS = Object.keys(appRouter._def.procedures);

describe('who may call what', () => {
  it('is written down for every procedure, and for nothing else', () => {
    expect(Object.keys(TABLE).sort()).toEqual([...PATHS].sort());
  });

  it.each(Object.keys(TABLE).flatMap((path) => WHO.map((who) => ({ path, who }))))(
    '$path as $who',
    async ({ path, who }) => {
      const expected = TABLE[path]!.who[who];
      const scene = await sceneFor(expected === 'ok' && [CHANGE, ADMINISTER].includes(TABLE[path]!.who));
      const before = await logOf(scene);
      expect(await outcomeOf(scene, path, who)).toBe(expected);
      // Whoever is refused has changed nothing.
      if (expected !== 'ok') expect(await logOf(scene)).toEqual(before);
    },
  );
});

async function logOf(scene: Scene): Promise<{ lastSeq: number; sessions: number; repositories: number }> {
  const { db } = world.current;
  const { lastSeq } = await db.session.findUniqueOrThrow({ where: { id: scene.sessionId } });
  return { lastSeq, sessions: await db.session.count(), repositories: await db.repository.count() };
}

describe('a session that does not exist', () => {
  it('looks like one that the caller may not see', async () => {
    const scene = await sceneFor(false);
    const call = callAs(world.current, scene.callers.stranger);
    const asked = (sessionId: string) =>
      call.sessions.get({ sessionId: SessionId.parse(sessionId) }).then(
        () => 'ok',
        (error: unknown) => (error as Error).message.replace(sessionId, '…'),
      );
    expect(await asked(randomUUID())).toBe(await asked(scene.sessionId));
  });

  it('can’t be taken over by making one with its id', async () => {
    const scene = await sceneFor(true);
    const call = callAs(world.current, scene.callers.stranger);
    const taking = call.sessions.create({ ...command(scene), repository: { address: PUBLIC } });
    await expect(taking).rejects.toMatchObject({ cause: { code: 'not_found' } });
    expect(await call.sessions.list()).toEqual([]);
  });
});
