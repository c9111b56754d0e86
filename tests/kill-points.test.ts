// A prompt, what is said to a turn, and an answer: each is stopped at every point of its way, and somebody is killed at
// that very point. Whatever it is, it takes effect once.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EventOf } from '@/domain/events/session-event';
import { PromptId } from '@/domain/ids';
import { call, createTicks, reply, say, type Ticks, waitFor } from '@/testing/scripted-reply';
import { hold } from '../chaos/network/hold';
import { signal } from '../chaos/world/processes';
import { HAND_OVERS, type HeldHandOver, KillBench } from './support/kill-bench';

let bench: KillBench;
beforeAll(async () => {
  bench = await KillBench.start();
  // The first turn of an agent takes longest, and none of the points below is about that.
  const marker = bench.newMarker();
  bench.world.model.scriptFor(marker, () => reply(say('Here.')));
  await bench.finished(await bench.send(marker));
}, 240_000);
afterAll(() => bench.stop(), 60_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    console.log(await bench.story());
    await bench.comeToRest();
  } else {
    expect(await bench.flaws()).toEqual([]);
  }
});

/** A turn that works first and speaks then, however often a step is asked for. */
function newWork(): string {
  const marker = bench.newMarker();
  bench.world.model.scriptFor(marker, ({ toolOutputs }) =>
    toolOutputs.length === 0
      ? reply(say('I work. '), call('bash', bench.leaveLine(marker)))
      : reply(say('I am done.')),
  );
  return marker;
}

/** The turn ran once, from its beginning to its end. */
async function expectOnce(promptId: PromptId, marker: string): Promise<void> {
  const { outcome, turnId } = await bench.finished(promptId);
  expect(outcome).toBe('completed');
  expect(bench.done(marker)).toBe(1);
  expect(await bench.texts(turnId)).toEqual(['I work. ', 'I am done.']);
  const started = (await bench.all('prompt.started')).filter((event) => event.promptId === promptId);
  expect(started).toMatchObject([{ attempt: 1 }]);
}

/** Kills somebody while an exchange stands still, which then breaks off. */
async function killAt(held: Promise<HeldHandOver>, whom: 'bridge' | 'app'): Promise<void> {
  const exchange = await held;
  if (whom === 'bridge') bench.kill('bridge');
  else signal(bench.world.app.pids(), 'SIGKILL');
  exchange.drop();
}

describe('a prompt runs once, when is killed', () => {
  it.each(['before', 'after'] as const)('the app, %s it stored what was sent', async (point) => {
    const marker = newWork();
    const promptId = PromptId.parse(randomUUID());
    const killed = killAt(
      hold(bench.world.appProxy, point, ({ body }) => body.includes(marker)),
      'app',
    );
    await bench.give(promptId, marker);
    await killed;
    await expectOnce(promptId, marker);
  });

  it.each(HAND_OVERS)('the bridge, when a %s hands it the prompt and it has not taken it', async (way) => {
    const marker = newWork();
    const killed = killAt(
      bench.holdHandOver(way, (command) => command.type === 'prompt' && command.text.includes(marker)),
      'bridge',
    );
    const promptId = await bench.send(marker);
    await killed;
    await expectOnce(promptId, marker);
  });

  it('the bridge, when it took the prompt and OpenCode has not', async () => {
    const marker = newWork();
    const thaw = bench.freezeAgent();
    const promptId = await bench.send(marker);
    await bench.untilNoted(new RegExp(`"type":"prompt","promptId":"${promptId}"`));
    bench.kill('bridge');
    thaw();
    await expectOnce(promptId, marker);
  });

  it('OpenCode, before it has the prompt', async () => {
    const marker = newWork();
    bench.freezeAgent();
    const promptId = await bench.send(marker);
    await bench.untilNoted(new RegExp(`"type":"prompt","promptId":"${promptId}"`));
    bench.kill('agent');
    expect((await bench.finished(promptId)).outcome).toBe('interrupted');
    expect(bench.done(marker)).toBe(0);
    await bench.retry(promptId);
    expect((await bench.finished(promptId, 2)).outcome).toBe('completed');
    expect(bench.done(marker)).toBe(1);
  });

  it('the bridge, when OpenCode has it and nobody was told', async () => {
    const marker = newWork();
    const killed = killAt(
      bench.holdReport('before', (event) => event.kind === 'prompt.delivered'),
      'bridge',
    );
    const promptId = await bench.send(marker);
    await killed;
    await expectOnce(promptId, marker);
  });

  it('the bridge, when the agent is done and the end is not stored', async () => {
    const marker = newWork();
    const killed = killAt(
      bench.holdReport('before', (event) => event.kind === 'prompt.finished'),
      'bridge',
    );
    const promptId = await bench.send(marker);
    await killed;
    await expectOnce(promptId, marker);
  });

  it.each(['bridge', 'app'] as const)('the %s, when the end is stored and not acknowledged', async (whom) => {
    const marker = newWork();
    const killed = killAt(
      bench.holdReport('after', (event) => event.kind === 'prompt.finished'),
      whom,
    );
    const promptId = await bench.send(marker);
    await killed;
    await expectOnce(promptId, marker);
  });
});

/** A turn that stands still in the middle of its first words until it is let on. */
async function inMidTurn(): Promise<{ promptId: PromptId; marker: string; ticks: Ticks }> {
  const marker = bench.newMarker();
  const ticks = createTicks();
  bench.world.model.scriptFor(marker, ({ toolOutputs, prompt }) => {
    if (prompt.includes('mind this')) return reply(say('I mind it.'));
    if (toolOutputs.length > 0) return reply(say('I am done.'));
    const rest = [waitFor(() => ticks.next()), say('work. '), call('bash', bench.leaveLine(marker))];
    return reply(say('I '), ...rest);
  });
  const promptId = await bench.send(marker);
  const { turnId } = await bench.until('prompt.started', (event) => event.promptId === promptId);
  await bench.until('part.started', (event) => event.turnId === turnId);
  return { promptId, marker, ticks };
}

describe('in mid-turn the same turn goes on, when is killed', () => {
  it.each(['the bridge', 'the realtime server', 'Postgres'] as const)('%s', async (whom) => {
    const { promptId, marker, ticks } = await inMidTurn();
    const { realtime, database } = bench.world;
    if (whom === 'the bridge') bench.kill('bridge');
    else signal(whom === 'Postgres' ? await database.pids() : [realtime.pid ?? 0], 'SIGKILL');
    ticks.release();
    await expectOnce(promptId, marker);
  });

  it('the app, through which the model speaks', async () => {
    const { promptId, marker, ticks } = await inMidTurn();
    signal(bench.world.app.pids(), 'SIGKILL');
    ticks.release();
    ticks.release();
    const { outcome } = await bench.finished(promptId);
    expect(outcome).toBe('completed');
    expect(bench.done(marker)).toBe(1);
  });
});

describe('in mid-turn the turn is interrupted within 15 s with its text, and a retry is a new attempt, when is killed', () => {
  it.each(['agent', 'supervisor'] as const)('the %s', async (whom) => {
    const { promptId, marker, ticks } = await inMidTurn();
    const { turnId } = await bench.until('prompt.started', (event) => event.promptId === promptId);
    await expect.poll(() => bench.storedText(turnId)).toBe('I ');
    bench.kill(whom);
    const killedMs = Date.now();
    const first = await bench.finished(promptId);
    // The promise is a deadline.
    expect(Date.now() - killedMs).toBeLessThan(15_000);
    expect(first.outcome).toBe('interrupted');
    expect(first.reason?.message).toBeTruthy();
    expect(await bench.texts(turnId)).toEqual(['I ']);
    ticks.release();
    await bench.retry(promptId);
    ticks.release();
    const second = await bench.finished(promptId, 2);
    expect(second.outcome).toBe('completed');
    expect(second.turnId).not.toBe(first.turnId);
    expect(await bench.texts(second.turnId)).toEqual(['I work. ', 'I am done.']);
    expect(bench.done(marker)).toBe(1);
  });
});

describe('what is said to a turn is said once, when is killed', () => {
  /** Says something to a turn that stands still, lets it on when the agent has that, and looks at what the model read. */
  async function steerAnd(
    kill: (steering: Promise<PromptId>) => Promise<void>,
    { isAfterwards = false } = {},
  ): Promise<void> {
    const { promptId, marker, ticks } = await inMidTurn();
    const steering = bench.steer(`${marker} and mind this.`);
    const killing = kill(steering);
    if (!isAfterwards) await killing;
    const steerId = await steering;
    const isOurs = (event: { promptId: PromptId }): boolean => event.promptId === steerId;
    await bench.until('steer.delivered', isOurs);
    ticks.release();
    await killing;
    expect((await bench.finished(promptId)).outcome).toBe('completed');
    expect((await bench.all('steer.delivered')).filter(isOurs)).toHaveLength(1);
    expect((await bench.all('steer.read')).filter(isOurs)).toHaveLength(1);
    const said = JSON.stringify(bench.world.model.requests.at(-1)?.body.messages);
    expect(said.split(`${marker} and mind this`)).toHaveLength(2);
  }

  it.each(HAND_OVERS)('the bridge, when a %s hands it over and it has not taken it', async (way) => {
    const killed = killAt(
      bench.holdHandOver(way, ({ type }) => type === 'steer'),
      'bridge',
    );
    await steerAnd(() => killed);
  });

  it('the bridge, when it took it and OpenCode has not', async () => {
    await steerAnd(async (steering) => {
      const thaw = bench.freezeAgent();
      await bench.untilNoted(new RegExp(`"type":"steer","promptId":"${await steering}"`));
      bench.kill('bridge');
      thaw();
    });
  });

  it('the bridge, when OpenCode has it and nobody was told', async () => {
    const killed = killAt(
      bench.holdReport('before', ({ kind }) => kind === 'steer.delivered'),
      'bridge',
    );
    await steerAnd(() => killed);
  });

  it('the bridge, when it was read and that is not stored', async () => {
    const killed = killAt(
      bench.holdReport('before', ({ kind }) => kind === 'steer.read'),
      'bridge',
    );
    await steerAnd(() => killed, { isAfterwards: true });
  });
});

describe('an answer counts once, when is killed', () => {
  const options = [
    { label: 'Red', description: 'warm' },
    { label: 'Blue', description: 'cold' },
  ];
  const QUESTION = { questions: [{ header: 'Colour', question: 'Which colour?', options }] };

  async function asked(): Promise<{ promptId: PromptId; ask: EventOf<'ask.opened'> }> {
    const marker = bench.newMarker();
    bench.world.model.scriptFor(marker, ({ toolOutputs }) =>
      toolOutputs.length === 0 ? reply(call('question', QUESTION)) : reply(say(toolOutputs.join())),
    );
    const promptId = await bench.send(marker);
    const { turnId } = await bench.until('prompt.started', (event) => event.promptId === promptId);
    return { promptId, ask: await bench.until('ask.opened', (event) => event.turnId === turnId) };
  }

  async function expectApplied(promptId: PromptId, { askId }: EventOf<'ask.opened'>): Promise<void> {
    const { outcome, turnId } = await bench.finished(promptId);
    expect(outcome).toBe('completed');
    const isOurs = (event: EventOf<'ask.answered' | 'ask.applied'>): boolean => event.askId === askId;
    expect((await bench.all('ask.answered')).filter(isOurs)).toHaveLength(1);
    expect((await bench.all('ask.applied')).filter(isOurs)).toHaveLength(1);
    expect((await bench.texts(turnId)).join()).toContain('Blue');
  }

  it('the bridge, when it was handed it and has not taken it', async () => {
    const { promptId, ask } = await asked();
    const killed = killAt(
      bench.holdHandOver('answer', ({ type }) => type === 'answer'),
      'bridge',
    );
    await bench.answer(ask, 'Blue');
    await killed;
    await expectApplied(promptId, ask);
  });

  it('the bridge, when it took it and OpenCode has not', async () => {
    const { promptId, ask } = await asked();
    const thaw = bench.freezeAgent();
    await bench.answer(ask, 'Blue');
    await bench.untilNoted(new RegExp(`"type":"answer".*${ask.askId}`));
    bench.kill('bridge');
    thaw();
    await expectApplied(promptId, ask);
  });

  it('the bridge, when OpenCode has it and nobody was told', async () => {
    const { promptId, ask } = await asked();
    const killed = killAt(
      bench.holdReport('before', ({ kind }) => kind === 'ask.applied'),
      'bridge',
    );
    await bench.answer(ask, 'Blue');
    await killed;
    await expectApplied(promptId, ask);
  });

  it('OpenCode: the ask is over, and a retry asks again', async () => {
    const { promptId, ask } = await asked();
    bench.kill('agent');
    expect((await bench.finished(promptId)).outcome).toBe('interrupted');
    const expired = await bench.until('ask.expired', ({ askId }) => askId === ask.askId);
    expect(expired.reason.code).toBe('agent_restarted');
    await bench.retry(promptId);
    const retried = await bench.until(
      'prompt.started',
      (event) => event.promptId === promptId && event.attempt === 2,
    );
    const again = await bench.until('ask.opened', ({ turnId }) => turnId === retried.turnId);
    await bench.answer(again, 'Blue');
    expect((await bench.finished(promptId, 2)).outcome).toBe('completed');
  });
});
