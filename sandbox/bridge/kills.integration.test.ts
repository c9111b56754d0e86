import { execFileSync } from 'node:child_process';
import { expect, describe, test } from 'vitest';
import { BridgeBench, makePrompt } from '@/testing/bridge-bench';
import { call, createTicks, reply, say, stall, waitFor } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

describe('kill -9', () => {
  test('of the bridge: the same turn goes on, its text is whole and nothing is told twice', async () => {
    const ticks = createTicks();
    bench.model.script([
      reply(
        say('Before the kill, '),
        waitFor(() => ticks.next()),
        say('after it. '),
        call('bash', { command: 'echo one', description: 'one' }),
      ),
      reply(say('And the end.')),
    ]);
    await bench.start();
    const only = bench.send('Go on whatever happens');
    await bench.untilText((text) => text.startsWith('Before'));
    expect(bench.sandbox.kill('bridge')).toBe(1);
    await bench.server.until(() => (bench.server.boots.length === 2 ? true : undefined));
    ticks.release();
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(only)).toEqual(['Before the kill, after it. ', 'And the end.']);
    expect(bench.doubled()).toEqual([]);
    expect(bench.model.unexpected).toEqual([]);
    expect(bench.server.boots[0]).toEqual(bench.server.boots[1]);
    expect(bench.server.of('prompt.delivered')).toHaveLength(1);
    expect(bench.phases()).toEqual(['cloning', 'agent_starting', 'ready']);
  });

  test('of the bridge, again and again while text is written: nothing is lost or doubled', async () => {
    const words = Array.from({ length: 60 }, (_, index) => `w${index} `);
    bench.model.script([
      reply(
        say(words.join(''), { chunkChars: 4, delayMs: 60 }),
        call('bash', { command: 'echo x', description: 'x' }),
      ),
      reply(say(words.join(''), { chunkChars: 4, delayMs: 60 })),
    ]);
    await bench.start();
    const only = bench.send('Write much');
    await bench.server.untilEvent('prompt.delivered');
    for (let kills = 0; kills < 3; kills += 1) {
      const boots = bench.server.boots.length;
      bench.sandbox.kill('bridge');
      await bench.server.until(() => (bench.server.boots.length > boots ? true : undefined));
    }
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(only)).toEqual([words.join(''), words.join('')]);
    expect(bench.doubled()).toEqual([]);
  });

  test('of the agent: the turn ends as interrupted with its text, and a retry works', async () => {
    bench.model.script([reply(say('Half of it '), stall), reply(say('Now whole.'))]);
    await bench.start();
    const first = bench.send('Try');
    await bench.untilText((text) => text === 'Half of it ');

    expect(bench.sandbox.kill('agent')).toBe(1);
    expect(await bench.finished(first)).toMatchObject({
      outcome: 'interrupted',
      reason: { code: 'agent_died' },
    });

    expect(bench.texts(first)).toEqual(['Half of it ']);
    const second = { ...makePrompt('Try'), promptId: first.promptId, attempt: 2 };
    bench.server.send(second);
    expect(await bench.finished(second)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(second)).toEqual(['Now whole.']);
    expect(bench.phases()).toContain('agent_restarted');
    expect(bench.doubled()).toEqual([]);
  });

  test('of bridge and agent at once: interrupted, with the text as far as it was noted', async () => {
    bench.model.script([reply(say('Noted '), stall)]);
    await bench.start();
    const only = bench.send('Try');
    await bench.untilText((text) => text === 'Noted ');
    bench.sandbox.kill('bridge');
    bench.sandbox.kill('agent');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'interrupted' });
    expect(bench.texts(only)).toEqual(['Noted ']);
    expect(bench.doubled()).toEqual([]);
  });

  test('of a silent command’s agent leaves no process behind', async () => {
    const mark = `7${process.pid}`;
    bench.model.script([reply(call('bash', { command: `sleep ${mark}`, description: 'sleep' }))]);
    await bench.start();
    const only = bench.send('Sleep');
    await bench.server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    bench.sandbox.kill('agent');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'interrupted' });
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(`sleep ${mark}`);
  });
});

describe('the way to the server', () => {
  test('gone for three seconds in the middle of a turn: nothing is lost', async () => {
    const ticks = createTicks();
    bench.model.script([
      reply(say('Up. '), call('bash', { command: 'sleep 4; echo awake', description: 'wait' })),
      reply(
        waitFor(() => ticks.next()),
        say('Up again.'),
      ),
    ]);
    await bench.start();
    const only = bench.send('Go');
    await bench.server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    await bench.server.down();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await bench.server.up();
    ticks.release();
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(only)).toEqual(['Up. ', 'Up again.']);
    expect(bench.doubled()).toEqual([]);
  });

  test('answers lost, requests refused for a moment: every event is stored once', async () => {
    bench.model.script([
      reply(say('One. '), call('bash', { command: 'echo 1', description: 'x' })),
      reply(say('Two.')),
    ]);
    await bench.start();
    let calls = 0;
    bench.server.fault = ({ path }) => {
      if (path !== '/api/sandbox/sync') return null;
      calls += 1;
      return calls % 3 === 0 ? 503 : calls % 3 === 1 ? 'drop' : null;
    };
    const only = bench.send('Go');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(only)).toEqual(['One. ', 'Two.']);
    expect(bench.doubled()).toEqual([]);
  });

  test('a prompt that is delivered twice is one turn', async () => {
    bench.model.script([reply(say('Once.'))]);
    await bench.start();
    const only = bench.send('Go');
    bench.server.send(only);
    await bench.finished(only);
    const n = bench.server.send(only);
    await bench.server.until(() => bench.server.syncs.find(({ ackedCommand }) => ackedCommand === n));
    const next = makePrompt('Next');
    bench.model.script([reply(say('Next.'))]);
    bench.server.send(next);
    await bench.finished(next);
    expect(bench.server.of('prompt.finished')).toHaveLength(2);
    expect(bench.texts(only)).toEqual(['Once.']);
    expect(bench.doubled()).toEqual([]);
  });

  test('a batch that is too large is split, and an event that never fits is told as unknown', async () => {
    const output = 'x'.repeat(15_000);
    bench.model.script([
      reply(call('bash', { command: `echo start; printf '${output}'`, description: 'much' })),
      reply(say('Small.')),
    ]);
    await bench.start();
    bench.server.fault = ({ path, sizeBytes }) =>
      path === '/api/sandbox/sync' && sizeBytes > 12_000 ? 413 : null;
    const only = bench.send('Go');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(only)).toEqual(['Small.']);
    expect(bench.server.of('unknown').map(({ was }) => was)).toContain('part.finished');
  });

  test('an epoch that is over ends the sandbox, whatever runs in it', async () => {
    bench.model.script([reply(say('Half '), stall)]);
    await bench.start();
    bench.send('Go');
    await bench.server.untilEvent('prompt.delivered');
    bench.server.fault = ({ path }) => (path === '/api/sandbox/sync' ? 409 : null);
    bench.server.send({ type: 'stop', turnId: makePrompt('x').turnId });
    expect(await bench.sandbox.exited()).toBe(78);
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(bench.root);
  });
});
