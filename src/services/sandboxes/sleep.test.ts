import { describe, expect, it, vi } from 'vitest';
import { AppError } from '@/domain/errors';
import { useDeps } from '@/testing/deps';
import {
  callAs,
  delivered,
  finished,
  newCommandId,
  phase,
  type TestBridge,
  TestSession,
} from '@/testing/test-session';
import { boot } from './boot';
import { checkSandbox } from './check-sandbox';
import { sweep } from './sweep';

const world = useDeps();
const IDLE = 700;

/** A session whose only turn is over. */
async function idleSession(): Promise<{ session: TestSession; bridge: TestBridge }> {
  const { session, bridge } = await TestSession.ready(world.current);
  await endTurn(session, bridge);
  return { session, bridge };
}

async function endTurn(session: TestSession, bridge: TestBridge): Promise<void> {
  const turn = (await session.now()).state.running!;
  await bridge.say();
  await bridge.take();
  await bridge.say(delivered(turn), finished(turn));
}

/** Time goes by with a bridge that is heard, as it is every 20 seconds. */
async function passIdle(session: TestSession, bridge: TestBridge, seconds = IDLE): Promise<void> {
  await session.pass(seconds);
  await bridge.say();
  await sweep(world.current);
}

async function asleep(): Promise<TestSession> {
  const { session, bridge } = await idleSession();
  await passIdle(session, bridge);
  await bridge.say(phase(1, 'snapshotting'));
  await world.current.drain();
  return session;
}

async function deadlineOf(session: TestSession): Promise<Date | null> {
  const row = await world.current.db.session.findUniqueOrThrow({ where: { id: session.id } });
  return row.deadlineAt;
}

describe('a session in which nothing happens', () => {
  it('is put to sleep: its bridge comes to an end, its disk is kept, and nothing is left to be looked at', async () => {
    const { session, bridge } = await idleSession();
    await passIdle(session, bridge);
    expect((await session.story()).at(-1)).toBe('quiescing 1');
    await bridge.say();
    expect(bridge.commands).toMatchObject([{ command: { type: 'shutdown' } }]);
    await bridge.say(phase(1, 'snapshotting'));
    await world.current.drain();
    expect((await session.story()).slice(-3)).toEqual(['quiescing 1', 'snapshotting 1', 'asleep 1']);
    expect(world.current.sandboxes.running).toEqual([]);
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
    expect(await deadlineOf(session)).toBeNull();
    expect(await sweep(world.current)).toEqual({ checked: 0 });
  });

  it('stays awake while somebody types, or while a turn runs', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    await passIdle(session, bridge);
    expect((await session.story()).at(-1)).toBe('ready 1');
    await endTurn(session, bridge);
    await session.pass(IDLE);
    await bridge.say();
    await callAs(world.current, session.owner).sessions.touch({ sessionId: session.id });
    await sweep(world.current);
    expect((await session.story()).at(-1)).toBe('completed');
  });

  it('costs nothing while it sleeps: ten minutes without a look, a call or a message', async () => {
    const session = await asleep();
    const { sandboxes, realtime } = world.current;
    const status = vi.spyOn(sandboxes, 'status');
    const terminate = vi.spyOn(sandboxes, 'terminate');
    const published = realtime.messages.length;
    for (let minute = 0; minute < 10; minute += 1) {
      await session.pass(60);
      expect(await sweep(world.current)).toEqual({ checked: 0 });
      await world.current.drain();
    }
    expect(status).not.toHaveBeenCalled();
    expect(terminate).not.toHaveBeenCalled();
    expect(realtime.messages).toHaveLength(published);
    expect((await session.story()).at(-1)).toBe('asleep 1');
  });

  it('is woken by a prompt, from its disk, and the bridge of the next life is not told to end', async () => {
    const session = await asleep();
    const promptId = await session.send('two');
    await world.current.drain();
    expect((await session.story()).slice(-3)).toEqual(['prompt.started', 'requested 2', 'waking 2']);
    expect(world.current.sandboxes.running).toMatchObject([
      { spec: { from: { type: 'snapshot', id: 'disk-of-sb-1' } } },
    ]);
    const { commands } = await session.bridge(2).say(phase(2, 'ready'));
    expect(commands).toMatchObject([{ command: { type: 'prompt', promptId } }]);
    expect(await boot(world.current, { sessionId: session.id, epoch: 2 })).toMatchObject({
      isBundleNewer: false,
      missed: '',
    });
  });

  it('is woken by typing, once', async () => {
    const session = await asleep();
    const { sessions } = callAs(world.current, session.owner);
    await Promise.all([1, 2, 3].map(() => sessions.touch({ sessionId: session.id })));
    await world.current.drain();
    expect((await session.story()).filter((word) => word === 'requested 2')).toHaveLength(1);
    expect(world.current.sandboxes.running).toHaveLength(1);
  });

  it('and is woken twice at once starts one sandbox', async () => {
    const session = await asleep();
    await Promise.all([session.send('two'), session.send('three')]);
    await world.current.drain();
    expect((await session.story()).filter((word) => word === 'requested 2')).toHaveLength(1);
    expect(world.current.sandboxes.running).toHaveLength(1);
  });
});

describe('a prompt that comes while a session goes to sleep', () => {
  it('waits for the disk and is the first thing of the next life', async () => {
    const { session, bridge } = await idleSession();
    await passIdle(session, bridge);
    const promptId = await session.send('two');
    await bridge.say();
    expect(bridge.commands).toMatchObject([{ command: { type: 'shutdown' } }]);
    await bridge.say(phase(1, 'snapshotting'));
    await world.current.drain();
    expect((await session.story()).slice(-4)).toEqual([
      'asleep 1',
      'prompt.started',
      'requested 2',
      'waking 2',
    ]);
    const { commands } = await session.bridge(2).say(phase(2, 'ready'));
    expect(commands).toMatchObject([{ command: { type: 'prompt', promptId } }]);
  });

  it('waits a minute for a disk that its provider is still keeping, then starts from what is stored', async () => {
    const { session, bridge } = await idleSession();
    await passIdle(session, bridge);
    world.current.sandboxes.pendingSnapshots = 100;
    await bridge.say(phase(1, 'snapshotting'));
    await world.current.drain();
    await session.send('two');
    await session.pass(30);
    await sweep(world.current);
    expect((await session.now()).state.sandbox.phase).toBe('snapshotting');
    await session.pass(40);
    await sweep(world.current);
    await world.current.drain();
    expect((await session.story()).slice(-4)).toEqual([
      'asleep 1',
      'prompt.started',
      'requested 2',
      'booting 2',
    ]);
    const told = (await session.events()).findLast(
      (event) => event.kind === 'sandbox.phase' && event.phase === 'booting',
    );
    expect(told).toMatchObject({ reason: { code: 'disk_gone' } });
  });
});

describe('a disk', () => {
  it('that its provider still keeps is asked for again until it is there', async () => {
    const { session, bridge } = await idleSession();
    await passIdle(session, bridge);
    world.current.sandboxes.pendingSnapshots = 2;
    await bridge.say(phase(1, 'snapshotting'));
    await world.current.drain();
    for (const expected of ['snapshotting', 'asleep']) {
      await session.pass(20);
      await sweep(world.current);
      expect((await session.now()).state.sandbox.phase).toBe(expected);
    }
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
  });

  it('of a bridge that does not come to an end is taken as it is', async () => {
    const { session, bridge } = await idleSession();
    await passIdle(session, bridge);
    await session.pass(70);
    await sweep(world.current);
    expect((await session.story()).slice(-3)).toEqual(['quiescing 1', 'snapshotting 1', 'asleep 1']);
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
  });

  it('of a sandbox that died on its way to sleep is kept too, and no turn is lost by it', async () => {
    const { session, bridge } = await idleSession();
    await passIdle(session, bridge);
    world.current.sandboxes.kill('sb-1');
    await checkSandbox(world.current, session.id);
    expect((await session.story()).slice(-2)).toEqual(['snapshotting 1', 'asleep 1']);
  });

  it('that is gone when it is wanted is made up for by the one before, and that is said', async () => {
    const session = await asleep();
    await session.send('two');
    await world.current.drain();
    const second = session.bridge(2);
    await second.say(phase(2, 'ready'));
    await endTurn(session, second);
    await passIdle(session, second);
    await second.say(phase(2, 'snapshotting'));
    await world.current.drain();
    expect(await session.snapshots()).toEqual(['disk-of-sb-1', 'disk-of-sb-2']);
    world.current.sandboxes.snapshots.delete('disk-of-sb-2');
    await session.send('three');
    await world.current.drain();
    expect(world.current.sandboxes.running).toMatchObject([
      { spec: { from: { type: 'snapshot', id: 'disk-of-sb-1' } } },
    ]);
    const told = (await session.events()).findLast((event) => event.kind === 'sandbox.phase');
    expect(told).toMatchObject({ phase: 'waking', reason: { code: 'older_disk' } });
    const answer = await boot(world.current, { sessionId: session.id, epoch: 3 });
    expect(answer.missed).toBe('Asked: two');
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
  });

  it('that is gone with no other is made up for by the repository and the stored work, and that is said', async () => {
    const session = await asleep();
    world.current.sandboxes.snapshots.clear();
    await session.send('two');
    await world.current.drain();
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { from: { type: 'image' } } }]);
    const told = (await session.events()).findLast((event) => event.kind === 'sandbox.phase');
    expect(told).toMatchObject({ phase: 'booting', reason: { code: 'disk_gone' } });
  });

  it('that breaks every start is left out of the last try', async () => {
    const session = await asleep();
    world.current.sandboxes.createFailures.push(new Error('broken'), new Error('broken'));
    await session.send('two');
    await world.current.drain();
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { from: { type: 'image' } } }]);
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
  });

  it('is dropped when two newer ones are there, and when its session is archived', async () => {
    // Every test has a provider of its own, which names its disks like that of the one before.
    await world.current.db.snapshot.deleteMany();
    const session = await asleep();
    for (const epoch of [2, 3, 4]) {
      await session.send('more');
      await world.current.drain();
      const bridge = session.bridge(epoch);
      await bridge.say(phase(epoch, 'ready'));
      await endTurn(session, bridge);
      await passIdle(session, bridge);
      await bridge.say(phase(epoch, 'snapshotting'));
      await world.current.drain();
    }
    expect(await session.snapshots()).toEqual(['disk-of-sb-3', 'disk-of-sb-4']);
    expect([...world.current.sandboxes.snapshots]).toEqual(['disk-of-sb-3', 'disk-of-sb-4']);
    const given = { sessionId: session.id, commandId: newCommandId() };
    await callAs(world.current, session.owner).sessions.archive(given);
    await world.current.drain();
    await sweep(world.current);
    expect([...world.current.sandboxes.snapshots]).toEqual([]);
  });
});

describe('a sandbox that its provider will end', () => {
  async function expiring(seconds: number) {
    world.current.sandboxes.lifeSeconds = seconds;
    const { session, bridge } = await TestSession.ready(world.current);
    world.current.sandboxes.lifeSeconds = null;
    return { session, bridge };
  }

  it('is left fifteen minutes before, at the end of a turn', async () => {
    const { session, bridge } = await expiring(800);
    await checkSandbox(world.current, session.id);
    expect((await session.story()).at(-1)).toBe('ready 1');
    await endTurn(session, bridge);
    await checkSandbox(world.current, session.id);
    expect((await session.story()).at(-1)).toBe('rolling 1');
  });

  it('is left five minutes before whatever runs in it, and the turn goes on in the next life', async () => {
    const { session, bridge } = await expiring(200);
    const turn = (await session.now()).state.running!;
    await bridge.say();
    await bridge.take();
    await bridge.say(delivered(turn));
    await checkSandbox(world.current, session.id);
    expect((await session.story()).slice(-3)).toEqual(['rolling 1', 'interrupted', 'prompt.retried']);
    await bridge.say(phase(1, 'snapshotting'));
    await world.current.drain();
    const { commands } = await session.bridge(2).say(phase(2, 'ready'));
    expect(commands.at(-1)).toMatchObject({
      command: { type: 'prompt', promptId: turn.promptId, attempt: 2 },
    });
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { from: { type: 'snapshot' } } }]);
  });
});

it('a provider that refuses our credentials fails the start for good', async () => {
  const session = await TestSession.create(world.current);
  const details = { why: 'credentials' };
  world.current.sandboxes.createFailures.push(new AppError('sandbox_unavailable', 'no', { details }));
  const promptId = await session.send('one');
  await world.current.drain();
  expect(await session.promptStatus(promptId)).toBe('failed');
  expect((await session.now()).epoch).toBe(1);
});
