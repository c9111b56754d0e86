import { describe, expect, test } from 'vitest';
import type { AskAnswer } from '@/domain/events/ask';
import type { EventOf } from '@/domain/events/session-event';
import type { AskId } from '@/domain/ids';
import type { PromptCommand } from '@/domain/wire/bridge';
import { BridgeBench } from '@/testing/bridge-bench';
import { call, reply, say } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

const QUESTION = {
  questions: [
    {
      ...{ question: 'Which colour?', header: 'Colour' },
      options: [
        { label: 'Red', description: 'warm' },
        { label: 'Blue', description: 'cold' },
      ],
    },
  ],
};
const push = (to = 'origin') => call('bash', { command: `git push ${to} HEAD`, description: 'push' });
const permission = (reply: 'once' | 'always' | 'reject', message: string | null = null): AskAnswer => ({
  type: 'permission',
  reply,
  message,
});

function opened(n = 0): Promise<EventOf<'ask.opened'>> {
  return bench.server.until(() => bench.server.of('ask.opened')[n]);
}

function answer({ turnId }: PromptCommand, askId: AskId, given: AskAnswer): number {
  return bench.server.send({ type: 'answer', turnId, askId, answer: given });
}

/** What the log says of asks, in its order. */
const story = (): string[] =>
  bench.server.events.flatMap((event) => (event.kind.startsWith('ask.') ? [event.kind.slice(4)] : []));

const outputs = (): readonly string[] => bench.model.requests.at(-1)!.toolOutputs;

describe('what the agent asks', () => {
  test('waits for people: answered, refused with a reason, dismissed, allowed from then on; the turn goes on', async () => {
    bench.model.script([
      reply(say('I ask. '), call('question', QUESTION)),
      reply(push()),
      reply(call('question', QUESTION)),
      reply(push('one'), push('two')),
      reply(push('three')),
      reply(say('Done.')),
    ]);
    await bench.start();
    const only = bench.send('Push it in a colour');

    const question = await opened();
    expect(question.ask).toMatchObject({
      type: 'question',
      questions: [{ question: 'Which colour?', isMultiple: false, allowsOwnText: true }],
    });
    answer(only, question.askId, { type: 'question', answers: [['Blue']] });

    const first = await opened(1);
    expect(first.ask).toEqual({
      ...{ type: 'permission', permission: 'bash', title: 'git push origin HEAD' },
      always: ['git push *'],
    });
    const tool = bench.server.of('part.started').find(({ partId }) => partId === first.toolPartId);
    expect(tool?.part ?? 'not told yet').not.toMatchObject({ tool: 'question' });
    answer(only, first.askId, permission('reject', 'Not before the tests pass.'));

    answer(only, (await opened(2)).askId, { type: 'dismiss', message: 'Nobody is here.' });
    // Two calls of one step ask at once; what is allowed for good answers the other, too, and nobody is asked again.
    await opened(4);
    answer(only, (await opened(3)).askId, permission('always'));

    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed', reason: null });
    expect(story()).toEqual([
      ...['opened', 'applied', 'opened', 'applied', 'opened', 'applied'],
      ...['opened', 'opened', 'applied', 'applied'],
    ]);
    expect(outputs()[0]).toContain('"Which colour?"="Blue"');
    expect(outputs()[1]).toContain('Not before the tests pass.');
    expect(outputs()[2]).toContain('dismissed');
    expect(outputs().slice(3)).toHaveLength(3);
    for (const output of outputs().slice(3)) expect(output).not.toContain('rejected');
    expect(bench.doubled()).toEqual([]);
  });

  test('is told once, and an answer is applied, though the bridge is killed before it, with it, and after it', async () => {
    bench.model.script([
      reply(call('question', QUESTION)),
      reply(push()),
      reply(call('webfetch', { url: 'http://127.0.0.1:9/', format: 'text' })),
      reply(say('Done.')),
    ]);
    await bench.start();
    const only = bench.send('Ask me');
    const boots = (n: number) =>
      bench.server.until(() => (bench.server.boots.length === n ? true : undefined));

    // Killed while the ask is open, and the answer waits for the bridge that comes.
    const question = await opened();
    bench.sandbox.kill('bridge');
    answer(only, question.askId, { type: 'question', answers: [['Red']] });
    await boots(2);

    // Killed when the answer was taken, and the agent, which is frozen, has not confirmed it.
    const pushing = await opened(1);
    bench.sandbox.signal('agent', 'SIGSTOP');
    const n = answer(only, pushing.askId, permission('reject', 'No.'));
    await bench.server.until(() => bench.server.syncs.find(({ ackedCommand }) => ackedCommand >= n));
    expect(bench.server.of('ask.applied')).toHaveLength(1);
    bench.sandbox.kill('bridge');
    bench.sandbox.signal('agent', 'SIGCONT');
    await boots(3);

    // Killed at once after the ask. OpenCode can't list this one by itself: the plugin sees to it.
    const fetching = await opened(2);
    bench.sandbox.kill('bridge');
    await boots(4);
    answer(only, fetching.askId, permission('reject'));

    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(story()).toEqual(['opened', 'applied', 'opened', 'applied', 'opened', 'applied']);
    expect(fetching.ask).toMatchObject({ permission: 'webfetch', title: 'Fetch http://127.0.0.1:9/' });
    expect(outputs()[0]).toContain('Red');
    expect(outputs()[1]).toContain('No.');
    expect(bench.model.unexpected).toEqual([]);
    expect(bench.doubled()).toEqual([]);
  });

  test('is over with its turn: stopped, or cut off with the agent; nothing of it haunts the next ones', async () => {
    bench.model.script([
      reply(push()),
      reply(call('question', QUESTION)),
      reply(push()),
      reply(say('Third.')),
    ]);
    await bench.start();
    const stopped = bench.send('First');
    const first = await opened();
    bench.server.send({ type: 'stop', turnId: stopped.turnId });
    expect(await bench.finished(stopped)).toMatchObject({ outcome: 'stopped' });

    const cutOff = bench.send('Second');
    const second = await opened(1);
    bench.sandbox.kill('agent');
    expect(await bench.finished(cutOff)).toMatchObject({ outcome: 'interrupted' });

    const last = bench.send('Third');
    const third = await opened(2);
    // Answers to what is over mean nothing.
    answer(stopped, first.askId, permission('always'));
    const n = answer(cutOff, second.askId, { type: 'question', answers: [['Red']] });
    await bench.server.until(() => bench.server.syncs.find(({ ackedCommand }) => ackedCommand >= n));
    // A new bridge asks OpenCode what waits.
    bench.sandbox.kill('bridge');
    await bench.server.until(() => (bench.server.boots.length === 2 ? true : undefined));
    answer(last, third.askId, permission('reject'));
    expect(await bench.finished(last)).toMatchObject({ outcome: 'completed' });
    expect(story()).toEqual(['opened', 'opened', 'opened', 'applied']);
    expect(bench.server.of('ask.applied')).toMatchObject([{ askId: third.askId, turnId: last.turnId }]);
  });
});
