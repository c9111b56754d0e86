import { describe, expect, it } from 'vitest';
import { AppError } from '@/domain/errors';
import { useDeps } from '@/testing/deps';
import { callAs, delivered, newCommandId, TestSession } from '@/testing/test-session';
import { sweep } from './sweep';

const world = useDeps();

/** Time passes until the session is overdue, and the minute's sweep comes by. */
async function sweepLater(session: TestSession, seconds = 400): Promise<void> {
  await session.pass(seconds);
  await sweep(world.current);
}

async function deliveredSession() {
  const { session, bridge } = await TestSession.ready(world.current);
  const turn = (await session.now()).state.running!;
  await bridge.take();
  await bridge.say(delivered(turn));
  return { session, turn };
}

describe('two sweeps at once', () => {
  it('start one sandbox', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    world.current.forget();
    await session.pass(400);
    await Promise.all([sweep(world.current), sweep(world.current), sweep(world.current)]);
    expect(world.current.sandboxes.all).toHaveLength(1);
    expect((await session.story()).filter((word) => word === 'booting 1')).toHaveLength(1);
  });

  it('declare one loss', async () => {
    const { session } = await deliveredSession();
    world.current.sandboxes.kill('sb-1');
    await session.pass(400);
    await Promise.all([sweep(world.current), sweep(world.current), sweep(world.current)]);
    const story = await session.story();
    expect(story.filter((word) => word === 'lost 1')).toHaveLength(1);
    expect(story.filter((word) => word === 'interrupted')).toHaveLength(1);
    expect(await session.snapshots()).toEqual(['disk-of-sb-1']);
  });

  it('share the work: none looks at what another has taken', async () => {
    await world.current.db.$executeRaw`UPDATE session SET deadline_at = NULL`;
    for (let made = 0; made < 3; made += 1) {
      const { session } = await deliveredSession();
      await session.pass(400);
    }
    const swept = await Promise.all([1, 2, 3].map(() => sweep(world.current)));
    expect(swept.reduce((sum, { checked }) => sum + checked, 0)).toBe(3);
  });

  it('are both noted, with their end', async () => {
    await world.current.db.sweepRun.deleteMany();
    await Promise.all([sweep(world.current), sweep(world.current)]);
    expect(await world.current.db.sweepRun.count({ where: { endedAt: { not: null } } })).toBe(2);
  });
});

describe('one session that can’t be swept', () => {
  it('does not keep the others waiting', async () => {
    const broken = await TestSession.create(world.current);
    const other = await TestSession.create(world.current);
    await broken.send('one');
    await other.send('one');
    world.current.forget();
    await broken.pass(4_000);
    await other.pass(400);
    await world.current.db
      .$executeRaw`UPDATE session SET state = '{"broken": true}' WHERE id = ${broken.id}::uuid`;
    await sweep(world.current);
    expect(world.current.sandboxes.running).toMatchObject([{ spec: { labels: { session: other.id } } }]);
    expect(world.current.logged).toHaveLength(1);
    await world.current.db.session.delete({ where: { id: broken.id } });
  });
});

describe('an archived session', () => {
  const archive = (session: TestSession) =>
    callAs(world.current, session.owner).sessions.archive({
      sessionId: session.id,
      commandId: newCommandId(),
    });

  it('has its sandbox ended, its turn stopped, and nothing looks after it any more', async () => {
    const { session, turn } = await deliveredSession();
    await archive(session);
    await world.current.drain();
    expect(world.current.sandboxes.running).toEqual([]);
    expect(await session.promptStatus(turn.promptId)).toBe('stopped');
    expect((await session.story()).slice(-3)).toEqual(['stopped', 'session.archived', 'ended 1']);
    await sweepLater(session);
    expect(await world.current.db.session.count({ where: { id: session.id, deadlineAt: null } })).toBe(1);
    expect((await session.story()).at(-1)).toBe('ended 1');
  });

  it('gets no sandbox that was requested before', async () => {
    const session = await TestSession.create(world.current);
    await session.send('one');
    await archive(session);
    await world.current.drain();
    await sweepLater(session);
    expect(world.current.sandboxes.all).toEqual([]);
  });

  it('has its sandbox ended later when the provider is away now', async () => {
    const { session } = await deliveredSession();
    world.current.sandboxes.outage = new AppError('sandbox_unavailable', 'The host is away.');
    await archive(session);
    await world.current.drain();
    await sweepLater(session);
    expect(world.current.sandboxes.running).toHaveLength(1);
    world.current.sandboxes.outage = null;
    await sweepLater(session);
    expect(world.current.sandboxes.running).toEqual([]);
    expect((await session.now()).sandboxRef).toBeNull();
  });
});
