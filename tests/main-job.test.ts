import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, createTicks, reply, say, waitFor } from '@/testing/scripted-reply';
import { startScriptedModel, type ScriptedModel } from '@/testing/scripted-model';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';
import { SessionDriver } from './support/session-driver';
import { TerminalRun } from './support/terminal';

let model: ScriptedModel;
let stack: RunningStack;
let api: Api;
let token: string;

beforeAll(async () => {
  model = await startScriptedModel();
  stack = await startRunningStack({
    environment: { ...process.env, MODEL_BASE_URL: model.url, MODEL_NAME: 'scripted' },
  });
  ({ api, token } = await stack.as('ada'));
}, 240_000);
afterAll(async () => {
  await stack.stop();
  await model.close();
}, 60_000);

const terminal = (args: string[], options: { tty?: boolean } = {}): TerminalRun =>
  new TerminalRun(args, { server: stack.url, token, ...options });

describe('a session that several terminals watch', () => {
  it('prints the same text while it is written, also for one that joins in mid-part, and ends the same', async () => {
    const ticks = createTicks();
    model.scriptFor('three watchers', [
      reply(
        say('First words. '),
        waitFor(ticks.next),
        say('Second words. '),
        waitFor(ticks.next),
        say('Third words.'),
        call('bash', { command: 'echo from the tool', description: 'says something' }),
      ),
      reply(say('Text between two tools.'), call('bash', { command: 'echo again', description: 'again' })),
      reply(say('The last word.')),
    ]);
    const { session, promptId } = await SessionDriver.open({ stack, api }, 'three watchers');
    const first = terminal(['attach', session.id, '--until-idle', '--json'], { tty: true });
    const second = terminal(['attach', session.id, '--until-idle', '--json'], { tty: true });
    // Both print it although its part is not finished: the model waits for the tick.
    await Promise.all([first.shows('First words.'), second.shows('First words.')]);
    expect(session.all('part.finished')).toHaveLength(0);
    const late = terminal(['attach', session.id, '--until-idle', '--json'], { tty: true });
    await late.shows('First words.');
    ticks.release();
    await Promise.all([first, second, late].map((watcher) => watcher.shows('Second words.')));
    ticks.release();
    expect((await session.untilFinished(promptId)).outcome).toBe('completed');
    const watchers = [first, second, late];
    expect(await Promise.all(watchers.map(({ exited }) => exited))).toEqual([0, 0, 0]);
    const results = watchers.map((watcher) => watcher.result());
    expect(results[0]).toMatchObject({ ok: true });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    for (const { shown } of watchers) {
      for (const text of [
        'First words. Second words. Third words.',
        'Text between two tools.',
        'The last word.',
      ]) {
        expect(shown.split(text)).toHaveLength(2);
      }
    }
  });
});

describe('the queue and the stop', () => {
  it('runs a prompt that was sent meanwhile, after a stop that takes hold before the second next tick', async () => {
    let sent = 0;
    const tick = waitFor(async () => {
      await delay(1_000);
      sent += 1;
    });
    const endless = Array.from({ length: 60 }, (_, index) => [say(`tick ${index} `), tick]).flat();
    model.scriptFor('tick for ever', [reply(...endless)]);
    model.scriptFor('then this', [reply(say('This is next.'))]);
    const { session, promptId } = await SessionDriver.open({ stack, api }, 'tick for ever');
    const request = await model.untilRequest(
      ({ prompt, isSideCall }) => prompt.includes('tick for ever') && !isSideCall,
    );
    await session.until(({ event }) => event.kind === 'prompt.delivered');
    const nextId = await session.send('then this');
    await session.until(({ event }) => event.kind === 'prompt.queued' && event.promptId === nextId);
    expect(session.all('prompt.started')).toHaveLength(1);
    await session.until(({ event }) => event.kind === 'part.started');
    const before = sent;
    await session.stop();
    await model.untilEnded(request);
    expect(sent - before).toBeLessThanOrEqual(2);
    expect((await session.untilFinished(promptId)).outcome).toBe('stopped');
    expect((await session.untilFinished(nextId)).outcome).toBe('completed');
    const texts = session
      .all('part.finished')
      .flatMap(({ part }) => (part.type === 'text' ? [part.text] : []));
    expect(texts.at(-1)).toBe('This is next.');
    // What was written until the stop is kept.
    expect(texts[0]).toContain('tick 0');
  });
});

describe('a model that fails', () => {
  it('with 401 ends the turn with a reason for people, and the next prompt works', async () => {
    model.scriptFor('bad key', [{ kind: 'refusal', status: 401, message: 'Incorrect API key provided.' }]);
    model.scriptFor('good key', [reply(say('It works.'))]);
    const { session, promptId } = await SessionDriver.open({ stack, api }, 'bad key');
    const finished = await session.untilFinished(promptId);
    expect(finished.outcome).toBe('failed');
    expect(finished.reason?.message).toMatch(/key/i);
    const next = await session.send('good key');
    expect((await session.untilFinished(next)).outcome).toBe('completed');
  });
});
