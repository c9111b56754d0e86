import { expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { phase, TestSession } from '@/testing/test-session';
import { endOrphans } from './end-orphans';

const world = useDeps();

async function timePasses(): Promise<void> {
  await world.current.db.$executeRaw`UPDATE sandbox_orphan SET seen_at = seen_at - interval '6 minutes'`;
}

const runningIds = () => world.current.sandboxes.running.map(({ id }) => id);

it('a sandbox of an older epoch that came back is ended after five minutes, and no other', async () => {
  const { session } = await TestSession.ready(world.current);
  const labels = { deployment: 'test', session: session.id, epoch: '0' };
  const spec = { key: `s-${session.id}-0`, from: { type: 'image' }, env: {}, labels } as const;
  const zombie = await world.current.sandboxes.create(spec);
  const other = { ...spec, key: 'other', labels: { ...labels, deployment: 'another' } };
  await world.current.sandboxes.create(other);
  await endOrphans(world.current);
  expect(runningIds()).toEqual(['sb-1', zombie.id, 'sb-3']);
  await timePasses();
  await endOrphans(world.current);
  expect(runningIds()).toEqual(['sb-1', 'sb-3']);
});

it('a sandbox that is written down within five minutes is nobody’s orphan', async () => {
  const session = await TestSession.create(world.current);
  await session.send('one');
  world.current.sandboxes.beforeCreated = async () => {
    await endOrphans(world.current);
    await timePasses();
  };
  await world.current.drain();
  await endOrphans(world.current);
  expect(runningIds()).toEqual(['sb-1']);
  await session.bridge().say(phase(1, 'ready'));
  expect((await session.story()).at(-1)).toBe('ready 1');
});

it('a provider that does not answer is asked again', async () => {
  await TestSession.ready(world.current);
  world.current.sandboxes.outage = new Error('down');
  await endOrphans(world.current);
  expect(world.current.logged).toEqual(['sandboxes that belong to no session could not be ended']);
});
