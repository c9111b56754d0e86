import { expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { seedLongLog } from '@/testing/seed-long-log';
import { callAs, finished, TestSession } from '@/testing/test-session';

const world = useDeps();

it('tells what the sandboxes went through and what the session came to, from a log of any length', async () => {
  const deps = world.current;
  const session = await TestSession.create(deps);
  await seedLongLog(deps.db, { sessionId: session.id, total: 1_200 });
  const api = callAs(deps, session.owner);
  const { events, figures } = await api.events.ofSandbox({ sessionId: session.id });
  const log = await session.events();
  expect(new Set(events.map(({ event }) => event.kind))).toEqual(new Set(['sandbox.phase', 'setup.log']));
  expect(events[0]?.event).toMatchObject({ kind: 'sandbox.phase', epoch: 1, phase: 'requested' });
  expect(events.at(-1)?.event).toMatchObject({ phase: 'asleep' });
  const costUsd = log.reduce(
    (sum, event) => sum + (event.kind === 'turn.step_finished' ? event.costUsd : 0),
    0,
  );
  // The first thousand events, which is all that one list gives, cost less than all of them.
  expect(figures.costUsd).toBeGreaterThanOrEqual(costUsd);
  expect(figures.tokens.output).toBeGreaterThan(0);
  expect(figures.steps).toBeGreaterThan(10);
});

it('counts a turn when it has ended, with the time that it took', async () => {
  const deps = world.current;
  const { session, bridge } = await TestSession.ready(deps);
  const api = callAs(deps, session.owner);
  const before = await api.events.ofSandbox({ sessionId: session.id });
  expect(before.figures).toMatchObject({ turns: 0, steps: 0, costUsd: 0, workedMs: 0 });
  const turnId = await session.runningTurn();
  const promptId = (await session.now()).state.running?.promptId;
  await session.pass(60);
  await bridge.say(finished({ promptId: promptId!, turnId }));
  const { figures } = await api.events.ofSandbox({ sessionId: session.id });
  expect(figures.turns).toBe(1);
  expect(figures.workedMs).toBeGreaterThanOrEqual(60_000);
});
