import { describe, expect, it } from 'vitest';
import { useDeps } from '@/testing/deps';
import { callAs, finished, newCommandId, TestSession } from '@/testing/test-session';
import { authorizeModelCall } from './authorize-model-call';
import { recordUsage } from './record-usage';

const world = useDeps();
const USAGE = { model: 'scripted', inputTokens: 321, outputTokens: 45, isEstimated: false, status: 200 };

describe('a model call', () => {
  it('is on the account of the turn that runs and of who asked for it', async () => {
    const { session } = await TestSession.ready(world.current);
    const turnId = await session.runningTurn();
    const { account } = await authorizeModelCall(world.current, { sessionId: session.id, epoch: 1 });
    await recordUsage(world.current, account, USAGE);
    expect(await world.current.db.usage.findMany({ where: { sessionId: session.id } })).toMatchObject([
      { ...USAGE, epoch: 1, turnId, userId: session.owner.person.id },
    ]);
  });

  it('between turns is on the session’s account', async () => {
    const { session, bridge } = await TestSession.ready(world.current);
    await bridge.say(finished((await session.now()).state.running!));
    const { account } = await authorizeModelCall(world.current, { sessionId: session.id, epoch: 1 });
    await recordUsage(world.current, account, USAGE);
    expect(await world.current.db.usage.findMany({ where: { sessionId: session.id } })).toMatchObject([
      { turnId: null, userId: null },
    ]);
  });

  it('is refused to another life, and once the session is archived', async () => {
    const { session } = await TestSession.ready(world.current);
    const ask = (epoch: number) => authorizeModelCall(world.current, { sessionId: session.id, epoch });
    await expect(ask(2)).rejects.toMatchObject({ code: 'epoch_over' });
    const archive = { sessionId: session.id, commandId: newCommandId() };
    await callAs(world.current, session.owner).sessions.archive(archive);
    await expect(ask(1)).rejects.toMatchObject({ code: 'epoch_over' });
  });
});
