import { expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { storeDelivery, workOnDelivery } from './github-deliveries';

const world = useDeps();

const store = (id: string) => storeDelivery(world.current.db, { id, event: 'member', payload: { id } });

/** Works on whatever is due; the work of `broken` fails. */
async function workOff(broken: string): Promise<{ done: string[]; failed: string[] }> {
  const [done, failed]: [string[], string[]] = [[], []];
  for (;;) {
    const worked = await workOnDelivery(world.current.db, (_transaction, { id }) => {
      if (id === broken) return Promise.reject(new Error('broken'));
      done.push(id);
      return Promise.resolve();
    });
    if (worked === 'none') return { done, failed };
    if (worked !== 'done') failed.push(worked.failed.id);
  }
}

const makeDue = () => world.current.db.githubDelivery.updateMany({ data: { tryAt: new Date(0) } });

it('a delivery whose work fails holds up none behind it, and is worked on again later', async () => {
  await store('first');
  await store('second');
  expect(await workOff('first')).toEqual({ done: ['second'], failed: ['first'] });
  expect(await workOff('')).toEqual({ done: [], failed: [] });
  await makeDue();
  expect(await workOff('')).toEqual({ done: ['first'], failed: [] });
});

it('a delivery whose work always fails is given up in the end', async () => {
  await store('broken');
  for (let time = 1; time <= 10; time += 1) {
    expect(await workOff('broken')).toEqual({ done: [], failed: ['broken'] });
    await makeDue();
  }
  expect(await workOff('broken')).toEqual({ done: [], failed: [] });
});

it('a delivery that comes twice is stored once', async () => {
  expect(await store('same')).toBe(true);
  expect(await store('same')).toBe(false);
});
