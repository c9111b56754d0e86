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
import { appRouter } from './root';

const world = useDeps();

const WHO = ['anonymous', 'stranger', 'viewer', 'member', 'admin', 'owner'] as const;
type Who = (typeof WHO)[number];

/** What each may do: answered, or refused with a code. `stranger` is signed in and in another team. */
type Row = Record<Who, string>;

const OPEN: Row = row('ok', 'ok', 'ok', 'ok');
const SIGNED_IN: Row = row('unauthenticated', 'ok', 'ok', 'ok');
const SEE: Row = row('unauthenticated', 'not_found', 'ok', 'ok');
/** May look at the files, for which a sandbox would have to run. */
const LOOK: Row = row('unauthenticated', 'not_found', 'sandbox_unavailable', 'sandbox_unavailable');
const START: Row = row('unauthenticated', 'repository_not_found', 'forbidden', 'ok');
const CHANGE: Row = row('unauthenticated', 'not_found', 'forbidden', 'ok');
/** For who administers the team. */
const ADMINISTER: Row = { ...CHANGE, member: 'forbidden' };

/** For anonymous, stranger, viewer, and everybody from member on. */
function row(...[anonymous, stranger, viewer, member]: [string, string, string, string]): Row {
  return { anonymous, stranger, viewer, member, admin: member, owner: member };
}

interface Scene {
  callers: Record<Who, Caller | null>;
  teamId: string;
  /** A member who is nobody of the callers. */
  leaverId: string;
  sessionId: SessionId;
  /** Another session, without a sandbox. */
  asleepId: SessionId;
  /** Runs. */
  turnId: string;
  running: string;
  /** Waits. */
  waiting: string;
  /** Stopped before. */
  ended: string;
  repository: { id: string; url: string };
}

interface Procedure {
  who: Row;
  /** What it is called with in the scene. */
  input: (scene: Scene) => unknown;
}

const asleep = ({ asleepId }: Scene) => ({ sessionId: asleepId });
const at = ({ sessionId }: Scene) => ({ sessionId });
const command = (scene: Scene) => ({ ...at(scene), commandId: newCommandId() });

const speech = (scene: Scene) => ({
  ...command(scene),
  ...{ turnId: scene.turnId, promptId: newPromptId(), text: 'use tabs' },
});

/** Every procedure has a row: one that is added without fails this test. */
const TABLE: Record<string, Procedure> = {
  'sessions.fork': { who: CHANGE, input: (scene) => ({ ...command(scene), newSessionId: newSessionId() }) },
  'sessions.setBudget': { who: CHANGE, input: (scene) => ({ ...command(scene), limitUsd: 100 }) },
  'sessions.setRole': {
    who: ADMINISTER,
    input: (scene) => ({ ...command(scene), userId: scene.leaverId, role: 'viewer' }),
  },
  'asks.answer': {
    who: CHANGE,
    input: (scene) => ({
      ...command(scene),
      ...{ askId: 'per_1', answer: { type: 'dismiss', message: null }, promptId: newPromptId() },
    }),
  },
  'auth.whoami': { who: SIGNED_IN, input: () => undefined },
  'auth.startDevice': { who: OPEN, input: () => ({ label: 'a terminal' }) },
  'auth.pollDevice': { who: OPEN, input: () => ({ deviceCode: 'none' }) },
  'auth.findDevice': { who: SIGNED_IN, input: () => ({ userCode: 'AAAA-AAAA' }) },
  'auth.approveDevice': {
    who: row('unauthenticated', 'not_found', 'not_found', 'not_found'),
    input: () => ({ userCode: 'AAAA-AAAA' }),
  },
  'auth.signOut': { who: SIGNED_IN, input: () => undefined },
  'comments.add': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), commentId: randomUUID(), text: 'Is this right?' }),
  },
  'comments.resolve': {
    // There is no such comment, which only those are told who could resolve it.
    who: row('unauthenticated', 'not_found', 'forbidden', 'conflict'),
    input: (scene) => ({ ...command(scene), commentId: randomUUID() }),
  },
  'diff.get': { who: SEE, input: at },
  'diff.turns': { who: SEE, input: at },
  'events.after': { who: SEE, input: (scene) => ({ ...at(scene), after: 0 }) },
  'events.before': { who: SEE, input: (scene) => ({ ...at(scene), before: 3 }) },
  'events.partTexts': { who: SEE, input: (scene) => ({ ...at(scene), partIds: ['prt_1'] }) },
  'events.ofSandbox': { who: SEE, input: at },
  'events.digest': { who: SEE, input: (scene) => ({ ...at(scene), fromSeq: 1, toSeq: 3 }) },
  'repositories.hosted': { who: SIGNED_IN, input: () => ({}) },
  'files.tree': { who: LOOK, input: (scene) => ({ ...asleep(scene), path: '' }) },
  'files.read': { who: LOOK, input: (scene) => ({ ...asleep(scene), path: 'README.md' }) },
  'files.names': { who: LOOK, input: asleep },
  'ports.list': { who: LOOK, input: asleep },
  'ports.ticket': { who: LOOK, input: (scene) => ({ ...asleep(scene), port: 3000 }) },
  'models.list': { who: SIGNED_IN, input: () => undefined },
  'preferences.get': { who: SIGNED_IN, input: () => undefined },
  'preferences.save': {
    who: SIGNED_IN,
    input: () => ({ repositoryId: null, modelId: null, effort: null }),
  },
  'prompts.send': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: newPromptId(), text: 'hello' }),
  },
  'prompts.edit': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: scene.waiting, text: 'other words' }),
  },
  'prompts.withdraw': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: scene.waiting }),
  },
  'prompts.promote': {
    who: CHANGE,
    input: (scene) => ({ ...command(scene), promptId: scene.waiting, position: 0 }),
  },
  'prompts.steer': { who: CHANGE, input: speech },
  'prompts.interrupt': { who: CHANGE, input: speech },
  'prompts.retry': { who: CHANGE, input: (scene) => ({ ...command(scene), promptId: scene.ended }) },
  'realtime.config': { who: OPEN, input: () => undefined },
  'realtime.auth': {
    who: SEE,
    input: (scene) => ({ socketId: '1.2', channel: `private-session-${scene.sessionId}.1` }),
  },
  'repositories.guide': {
    who: row('unauthenticated', 'repository_not_found', 'ok', 'ok'),
    input: ({ repository }) => ({ repositoryId: repository.id }),
  },
  'repositories.list': { who: SIGNED_IN, input: () => undefined },
  // Each adds to a team of their own; who may only watch has none.
  'repositories.resolve': {
    who: { ...SIGNED_IN, viewer: 'forbidden' },
    input: () => ({ address: PUBLIC }),
  },
  'sessions.list': { who: SIGNED_IN, input: () => undefined },
  'sessions.create': {
    who: START,
    input: ({ repository }) => ({
      sessionId: newSessionId(),
      commandId: newCommandId(),
      repository: { id: repository.id },
      prompt: { promptId: newPromptId(), text: 'hello' },
    }),
  },
  'sessions.draft': {
    who: START,
    input: ({ repository }) => ({ sessionId: newSessionId(), repository: { id: repository.id } }),
  },
  'sessions.get': { who: SEE, input: at },
  'sessions.rename': { who: CHANGE, input: (scene) => ({ ...command(scene), title: 'a better name' }) },
  'sessions.archive': { who: CHANGE, input: command },
  'sessions.page': { who: SIGNED_IN, input: () => ({}) },
  'sessions.markRead': { who: SEE, input: (scene) => ({ ...at(scene), seq: 1 }) },
  'sessions.people': { who: SEE, input: at },
  'sessions.verify': { who: SEE, input: at },
  'sessions.touch': { who: CHANGE, input: at },
  'system.health': { who: SIGNED_IN, input: () => undefined },
  'system.info': { who: OPEN, input: () => undefined },
  'tokens.list': { who: SIGNED_IN, input: () => undefined },
  'tokens.create': { who: SIGNED_IN, input: () => ({ name: 'of a test', days: 7 }) },
  'tokens.revoke': {
    who: row('unauthenticated', 'not_found', 'not_found', 'not_found'),
    input: () => ({ tokenId: randomUUID() }),
  },
  'teams.colleagues': { who: SIGNED_IN, input: () => undefined },
  'teams.removeMember': {
    who: ADMINISTER,
    input: ({ teamId, leaverId }) => ({ teamId, userId: leaverId }),
  },
  'turns.stop': { who: CHANGE, input: (scene) => ({ ...command(scene), turnId: scene.turnId }) },
  'uploads.addresses': {
    who: SEE,
    input: (scene) => ({ ...at(scene), keys: [`${scene.sessionId}/attachment/1`] }),
  },
  'uploads.request': {
    who: CHANGE,
    input: (scene) => ({ ...at(scene), mime: 'image/png', sizeBytes: 5 }),
  },
};

const PUBLIC = 'https://git.test/public.git';

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
