import { afterAll, beforeAll, expect, it } from 'vitest';
import { faults, reply, say, type Reply } from '@/testing/scripted-reply';
import { startScriptedModel, type ScriptedModel } from '@/testing/scripted-model';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';

const isLong = process.env['LONG'] === '1';

let model: ScriptedModel;
let stack: RunningStack;
let api: Api;

beforeAll(async () => {
  model = await startScriptedModel();
  stack = await startRunningStack({
    environment: { ...process.env, MODEL_BASE_URL: model.url, MODEL_NAME: 'scripted' },
  });
  ({ api } = await stack.as('ada'));
}, 240_000);
afterAll(async () => {
  await stack.stop();
  await model.close();
}, 60_000);

/** Each is tried again and again by the agent, which is told while it lasts and ends in words. */
const FAULTS: Record<string, () => Reply> = {
  '429': () => faults.rateLimited(1),
  '500': () => faults.serverError(500),
  garbage: faults.garbage,
  nothing: faults.empty,
};

it.concurrent.each(Object.keys(FAULTS))(
  'a model that answers %s is said to, can be stopped, and the next prompt works',
  async (name) => {
    const fault = FAULTS[name];
    if (!fault) throw new Error(`there is no fault ${name}`);
    model.scriptFor(`fault ${name}`, () => fault());
    model.scriptFor(`after ${name}`, [reply(say(`It works after ${name}.`))]);
    const { session, promptId } = await SessionDriver.open({ stack, api }, `fault ${name}`);
    const told = await session.until(
      ({ event }) => event.kind === 'turn.retrying' || event.kind === 'prompt.finished',
      240_000,
    );
    if (told.event.kind === 'turn.retrying') {
      expect(told.event.message).not.toBe('');
      if (!isLong) await session.stop();
    }
    const finished = await session.untilFinished(promptId);
    expect(finished.outcome).toBe(told.event.kind === 'turn.retrying' && !isLong ? 'stopped' : 'failed');
    if (finished.outcome === 'failed') expect(finished.reason?.message).toBeTruthy();
    const next = await session.send(`after ${name}`);
    expect((await session.untilFinished(next)).outcome).toBe('completed');
  },
);

it('a model that says nothing at all can be stopped', async () => {
  model.scriptFor('hang for ever', () => faults.hang());
  const { session, promptId } = await SessionDriver.open({ stack, api }, 'hang for ever');
  await model.untilRequest(({ prompt, isSideCall }) => prompt.includes('hang for ever') && !isSideCall);
  await session.until(({ event }) => event.kind === 'prompt.delivered');
  await session.stop();
  expect((await session.untilFinished(promptId)).outcome).toBe('stopped');
});
