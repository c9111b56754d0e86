import { describe, expect, it } from 'vitest';
import { findBuilds } from '@/db/environment-builds';
import { AppError } from '@/domain/errors';
import { RepositoryId, SessionId } from '@/domain/ids';
import { authorizeModelCall } from '@/services/models/authorize-model-call';
import { sweep } from '@/services/sandboxes/sweep';
import { useDeps } from '@/testing/deps';
import { callAs, phase, TestBridge, TestSession } from '@/testing/test-session';
import { startBuild } from './start-build';

const world = useDeps();
const deps = () => world.current;

const repositoryOf = (session: TestSession) => RepositoryId.parse(session.repository.id);
const buildsOf = (session: TestSession) => findBuilds(deps().db, session.repository.id);
const asOwner = (session: TestSession) => callAs(deps(), session.owner).repositories;

function setHead({ repository: { url } }: TestSession, headCommit: string): void {
  deps().repositoryHost.known.set(url, { defaultBranch: 'main', branches: ['main'], headCommit });
}

/** The bridge of the newest build's sandbox, which is up. */
async function builder(session: TestSession): Promise<TestBridge> {
  await deps().drain();
  const [build] = await buildsOf(session);
  return new TestBridge(deps(), { sessionId: SessionId.parse(build!.id), epoch: 1 });
}

/** Plays a build's sandbox from its start to the disk that is kept of it. */
async function buildToTheEnd(session: TestSession): Promise<void> {
  const bridge = await builder(session);
  await bridge.say(phase(1, 'cloning'), phase(1, 'ready'));
  await deps().drain();
  await bridge.say(phase(1, 'snapshotting'));
  await deps().drain();
}

async function built(): Promise<TestSession> {
  const session = await TestSession.create(deps());
  setHead(session, 'a');
  await asOwner(session).rebuild({ repositoryId: repositoryOf(session) });
  await buildToTheEnd(session);
  return session;
}

/** What the sandbox of a session's first prompt was made from. */
async function sourceOf(session: TestSession): Promise<unknown> {
  await session.send('one');
  await deps().drain();
  return deps().sandboxes.all.at(-1)?.spec.from;
}

/** How many of the repository's sessions can still start from a disk. */
function held({ repository }: TestSession, disk = ''): Promise<number> {
  return deps().db.snapshot.count({
    where: { id: disk, droppedAt: null, session: { repositoryId: repository.id } },
  });
}

describe('a build', () => {
  it('keeps the disk as soon as its sandbox is ready, and a session starts from it', async () => {
    const session = await built();
    expect(await buildsOf(session)).toMatchObject([{ state: 'ready', commit: 'a', trigger: 'person' }]);
    expect(deps().sandboxes.running).toEqual([]);
    const [disk] = deps().sandboxes.snapshots;
    expect(await sourceOf(session)).toEqual({ type: 'snapshot', id: disk });
    expect(await session.story()).toContain('booting 1');
  });

  it('asks no model, whatever runs in it', async () => {
    const session = await TestSession.create(deps());
    await asOwner(session).rebuild({ repositoryId: repositoryOf(session) });
    const { identity } = await builder(session);
    await expect(authorizeModelCall(deps(), identity)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('that two ask for at once is one', async () => {
    const session = await TestSession.create(deps());
    const start = () => asOwner(session).rebuild({ repositoryId: repositoryOf(session) });
    const answers = await Promise.all([start(), start(), start()]);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    await deps().drain();
    expect(deps().sandboxes.running).toHaveLength(1);
  });

  it('whose sandbox dies is failed, with why, and the one before serves on', async () => {
    const session = await built();
    setHead(session, 'b');
    await asOwner(session).rebuild({ repositoryId: repositoryOf(session) });
    const bridge = await builder(session);
    deps().sandboxes.kill(deps().sandboxes.running[0]!.id);
    await deps().db.$executeRaw`
      UPDATE session SET deadline_at = now() WHERE id = ${bridge.identity.sessionId}::uuid`;
    await sweep(deps());
    expect(await buildsOf(session)).toMatchObject([
      { state: 'failed', reason: { message: expect.stringContaining('exit code 137') as string } },
      { state: 'ready' },
    ]);
    expect(await sourceOf(session)).toMatchObject({ type: 'snapshot' });
  });

  it('that nobody looked after any more, since the app was killed, is found by the sweep', async () => {
    const session = await TestSession.create(deps());
    await asOwner(session).rebuild({ repositoryId: repositoryOf(session) });
    deps().forget();
    const [{ id } = { id: '' }] = await buildsOf(session);
    const due = () => deps().db.$executeRaw`UPDATE session SET deadline_at = now() WHERE id = ${id}::uuid`;
    await due();
    await sweep(deps());
    expect(deps().sandboxes.running).toHaveLength(1);
    const bridge = new TestBridge(deps(), { sessionId: SessionId.parse(id), epoch: 1 });
    await bridge.say(phase(1, 'ready'));
    deps().forget();
    await due();
    await sweep(deps());
    await bridge.say(phase(1, 'snapshotting'));
    deps().forget();
    await due();
    await sweep(deps());
    expect(await buildsOf(session)).toMatchObject([{ state: 'ready' }]);
  });

  it('gives up the disk that it replaces, but not under a session that started from it', async () => {
    const session = await built();
    const [first] = deps().sandboxes.snapshots;
    await sourceOf(session);
    setHead(session, 'b');
    await asOwner(session).rebuild({ repositoryId: repositoryOf(session) });
    await buildToTheEnd(session);
    expect(await held(session, first)).toBe(1);
    await callAs(deps(), session.owner).sessions.archive({
      ...{ sessionId: session.id, commandId: crypto.randomUUID() },
    });
    await deps().drain();
    await session.pass(120);
    await sweep(deps());
    expect(await held(session, first)).toBe(0);
  });

  it('is not begun again by itself for what was built, or failed three times', async () => {
    const session = await built();
    const again = () =>
      startBuild(deps(), session.repository.id, { trigger: 'schedule', startedBy: session.owner.person.id });
    expect(await again()).toBe('not_due');
    setHead(session, 'b');
    for (let time = 0; time < 3; time += 1) {
      expect(await again()).toBe('begun');
      const bridge = await builder(session);
      await bridge.say(phase(1, 'failed', 'repository_refused'));
      await deps().drain();
    }
    expect(await again()).toBe('not_due');
    expect((await buildsOf(session)).map(({ state }) => state)).toEqual([
      ...['failed', 'failed', 'failed', 'ready'],
    ]);
  });
});

describe('a prebuilt disk', () => {
  it('that its provider lost leaves the image, and is not chosen again', async () => {
    const session = await built();
    deps().sandboxes.snapshots.clear();
    expect(await sourceOf(session)).toEqual({ type: 'image' });
    const said = (await session.events()).map((event) =>
      event.kind === 'sandbox.phase' ? event.reason?.code : null,
    );
    expect(said).toContain('prebuilt_gone');
    expect(await buildsOf(session)).toMatchObject([{ state: 'failed', reason: { code: 'prebuilt_gone' } }]);
    expect(
      await deps().db.snapshot.count({ where: { session: { repositoryId: session.repository.id } } }),
    ).toBe(0);
  });

  it('is not tried a third time by a session that did not start from it', async () => {
    const session = await built();
    const failure = new AppError('sandbox_unavailable', 'It did not start.');
    deps().sandboxes.createFailures.push(failure, failure);
    await session.send('one');
    for (let time = 0; time < 3; time += 1) {
      await deps().drain();
      await session.pass(120);
      await sweep(deps());
    }
    expect(deps().sandboxes.all.at(-1)?.spec.from).toEqual({ type: 'image' });
  });
});

describe('prebuilding', () => {
  it('begins when it is turned on, and again when its time has come and the branch moved', async () => {
    const session = await TestSession.create(deps());
    setHead(session, 'a');
    const repositoryId = repositoryOf(session);
    await asOwner(session).setPrebuild({ repositoryId, minutes: 30 });
    await buildToTheEnd(session);
    const passed = () => deps().db.$executeRaw`
      UPDATE repository SET prebuild_due_at = now() WHERE id = ${repositoryId}::uuid`;
    await passed();
    await sweep(deps());
    expect(await buildsOf(session)).toHaveLength(1);
    setHead(session, 'b');
    await sweep(deps());
    expect(await buildsOf(session)).toHaveLength(1);
    await passed();
    await sweep(deps());
    expect(await buildsOf(session)).toMatchObject([{ commit: 'b', state: 'building' }, { commit: 'a' }]);
  });

  it('of a repository whose host is away is tried at its next time', async () => {
    const session = await TestSession.create(deps());
    deps().repositoryHost.known.delete(session.repository.url);
    await asOwner(session).setPrebuild({ repositoryId: repositoryOf(session), minutes: 30 });
    await deps().drain();
    expect(await buildsOf(session)).toEqual([]);
    expect(deps().logged.join()).toContain('could not be looked at');
  });
});
