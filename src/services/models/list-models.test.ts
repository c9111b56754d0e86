import { describe, expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { callAs, newPerson, TestSession } from '@/testing/test-session';
import { listModels } from './list-models';
import { recordUsage } from './record-usage';

const world = useDeps();

describe('the models of a deployment', () => {
  it('say what they are, what they hold, and plainly when one is a stand-in without a price', async () => {
    const models = await callAs(world.current, await newPerson(world.current)).models.list();
    expect(models).toMatchObject([
      {
        id: 'scripted',
        label: 'Scripted',
        standIn: true,
        isDefault: true,
        contextTokens: 200_000,
        pricesUsd: null,
        state: 'unused',
      },
      {
        ...{ id: 'costly', isDefault: false, acceptsImages: true, efforts: ['low', 'medium', 'high'] },
        pricesUsd: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3 },
      },
    ]);
  });

  it('say how their calls of the last day went', async () => {
    const { session } = await TestSession.ready(world.current);
    const account = { sessionId: session.id, epoch: 1, turnId: null, userId: null };
    const call = (status: number, model = 'scripted') =>
      recordUsage(world.current, account, {
        ...{ model, inputTokens: 1, outputTokens: 1, isEstimated: false, status },
      });
    const before = (await listModels(world.current))[0]!.calls;
    for (const status of [200, 200, 529]) await call(status);
    await call(500, 'another model');
    const { calls } = (await listModels(world.current))[0]!;
    expect(calls.answered - before.answered).toBe(2);
    expect(calls.failed - before.failed).toBe(1);
    expect(calls.lastAnsweredAt).toBeInstanceOf(Date);
    await world.current.db.$executeRaw`UPDATE usage SET at = at - interval '2 days'`;
    expect((await listModels(world.current))[0]!.calls).toEqual({
      ...{ answered: 0, failed: 0, lastAnsweredAt: null },
    });
  });
});
