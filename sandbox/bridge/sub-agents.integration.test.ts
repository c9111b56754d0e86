import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { BridgeBench } from '@/testing/bridge-bench';
import type { RecordedRequest } from '@/testing/scripted-model';
import { call, createTicks, reply, say, waitFor } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

const delegate = call('task', { description: 'Look around', prompt: 'SUBWORK', subagent_type: 'general' });
const isSub = ({ body }: RecordedRequest): boolean =>
  body.messages.some(({ role, content }) => role === 'user' && JSON.stringify(content).includes('SUBWORK'));

describe('a sub-agent', () => {
  test('is followed as it works, also by a bridge that was killed; what it uses and asks is the turn’s', async () => {
    const ticks = createTicks();
    const push = call('bash', { command: 'git push', description: 'push' });
    bench.model.script((request) => {
      const step = request.toolOutputs.length;
      if (!isSub(request)) return step === 0 ? reply(say('I delegate. '), delegate) : reply(say('All done.'));
      if (step > 0) return reply(say('Below is done.'));
      return reply(
        say('Below '),
        waitFor(() => ticks.next()),
        say('I work. '),
        push,
      );
    });
    await bench.start();
    const only = bench.send('Have it done');
    // Its text is live.
    await bench.untilText((text) => text === 'Below ');
    bench.sandbox.kill('bridge');
    await bench.server.until(() => (bench.server.boots.length === 2 ? true : undefined));
    ticks.release();
    const { askId, toolPartId } = await bench.server.untilEvent('ask.opened');
    const answer = { type: 'permission', reply: 'reject', message: 'No.' } as const;
    bench.server.send({ type: 'answer', turnId: only.turnId, askId, answer });
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed', reason: null });

    expect(bench.doubled()).toEqual([]);
    const finished = bench.server.of('part.finished');
    const task = finished.find(({ part }) => part.type === 'tool' && part.tool === 'task')!;
    const below = finished.filter(({ parentPartId }) => parentPartId === task.partId);
    expect(below.map(({ part }) => (part.type === 'tool' ? part.tool : part.type))).toEqual([
      'text',
      'bash',
      'text',
    ]);
    expect(below.map(({ part }) => (part.type === 'text' ? part.text : ''))).toEqual([
      ...['Below I work. ', '', 'Below is done.'],
    ]);
    expect(toolPartId).toBe(below[1]!.partId);
    expect(bench.server.of('part.started').find(({ partId }) => partId === toolPartId)).toMatchObject({
      parentPartId: task.partId,
    });
    const steps = bench.server.of('turn.step_finished');
    expect(steps.map(({ step, tokens }) => [step, tokens.output])).toEqual([
      [1, 30],
      [2, 10],
    ]);
  });

  test('is stopped with its turn, and what it used until then counts', async () => {
    const mark = `8${process.pid}`;
    bench.model.script((request) => {
      if (!isSub(request)) return reply(delegate);
      return request.toolOutputs.length === 0
        ? reply(call('bash', { command: 'echo one', description: 'one' }))
        : reply(call('bash', { command: `sleep ${mark}`, description: 'sleep' }));
    });
    await bench.start();
    const only = bench.send('Have it done');
    await bench.server.untilEvent(
      'part.started',
      ({ part }) => part.type === 'tool' && part.input.includes(`sleep ${mark}`),
    );
    bench.server.send({ type: 'stop', turnId: only.turnId });
    expect(await bench.finished(only)).toMatchObject({ outcome: 'stopped', reason: null });
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(`sleep ${mark}`);
    const started = bench.server.of('part.started').map(({ partId }) => partId);
    expect(
      bench.server
        .of('part.finished')
        .map(({ partId }) => partId)
        .sort(),
    ).toEqual(started.sort());
    expect(
      bench.server.of('turn.step_finished').reduce((sum, { tokens }) => sum + tokens.output, 0),
    ).toBeGreaterThan(9);
  });
});
