import { execFileSync } from 'node:child_process';
import { expect, describe, test } from 'vitest';
import { BridgeBench, makePrompt } from '@/testing/bridge-bench';
import { SANDBOX_TOKEN } from '@/testing/bridge-sandbox';
import { call, createTicks, faults, reply, say, waitFor } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

describe('a turn', () => {
  test('streams text, runs a tool, commits the change and says so before its end', async () => {
    bench.model.script([
      reply(
        say('I look. ', { chunkChars: 3, delayMs: 20 }),
        call('bash', { command: 'echo hi > new.txt', description: 'write' }),
      ),
      reply(say('All done, 😀 and more.', { chunkChars: 4, delayMs: 150 })),
    ]);
    await bench.start();
    const first = bench.send('Write a file');
    expect(await bench.finished(first)).toMatchObject({ outcome: 'completed', reason: null });

    expect(bench.phases()).toEqual(['cloning', 'agent_starting', 'ready']);
    expect(bench.texts(first)).toEqual(['I look. ', 'All done, 😀 and more.']);
    expect(bench.doubled()).toEqual([]);
    const kinds = bench.server.events.map(({ kind }) => kind);
    expect(kinds.indexOf('diff.changed')).toBeLessThan(kinds.indexOf('prompt.finished'));
    const [change] = bench.server.of('diff.changed');
    expect(change!.files).toEqual([
      { path: 'new.txt', status: 'added', additions: 1, deletions: 0, binary: false },
    ]);
    expect(bench.server.blobs.get(change!.patch!.key)!.toString()).toContain('+hi');
    expect(change!.turnPatch).toEqual(change!.patch);
    const log = execFileSync('git', ['log', '-1', '--format=%an|%s|%H'], { cwd: bench.sandbox.repository });
    expect(log.toString().trim()).toBe(`Ada|Write a file|${change!.headSha}`);
    expect(bench.server.deltas.map(({ text }) => text).join('')).toContain('😀');
    expect(bench.model.requests[0]!.systemText).toContain('xyzzy');
    expect(bench.server.modelCalls[0]!.headers['authorization']).toBe(`Bearer ${SANDBOX_TOKEN}`);
  });
});

describe('a model that answers nothing', () => {
  test('is not asked for ever: the turn fails with a reason, and the next prompt works', async () => {
    let isSilent = true;
    bench.model.script(() => (isSilent ? faults.empty() : reply(say('Here I am.'))));
    await bench.start();
    const first = bench.send('Say something');
    expect(await bench.finished(first)).toMatchObject({
      outcome: 'failed',
      reason: { code: 'model_said_nothing' },
    });
    expect(bench.server.of('turn.step_finished').length).toBeLessThan(50);
    isSilent = false;
    expect(await bench.finished(bench.send('And now?'))).toMatchObject({ outcome: 'completed' });
  });
});

describe('stop', () => {
  test('ends a turn in the middle of a tool, and the next prompt works', async () => {
    bench.model.script([
      reply(
        say('Counting. '),
        call('bash', {
          command: 'for i in $(seq 1 99); do echo tick $i; sleep 1; done',
          description: 'count',
        }),
      ),
      reply(say('Second.')),
    ]);
    await bench.start();
    const first = bench.send('Count');
    await bench.untilText((text) => text.includes('tick 2'));
    bench.server.send({ type: 'stop', turnId: first.turnId });
    expect(await bench.finished(first)).toMatchObject({ outcome: 'stopped', reason: null });
    const tool = bench.server.of('part.finished').find(({ part }) => part.type === 'tool');
    expect(tool!.part).toMatchObject({ tool: 'bash' });
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain('seq 1 99');
    const second = bench.send('Again');
    expect(await bench.finished(second)).toMatchObject({ outcome: 'completed' });
    expect(bench.texts(second)).toEqual(['Second.']);
    expect(bench.doubled()).toEqual([]);
  });

  test('of another turn is ignored', async () => {
    const ticks = createTicks();
    bench.model.script([
      reply(
        say('One '),
        waitFor(() => ticks.next()),
        say('two.'),
      ),
    ]);
    await bench.start();
    const only = bench.send('Go');
    await bench.server.untilEvent('prompt.delivered');
    const n = bench.server.send({ type: 'stop', turnId: makePrompt('never sent').turnId });
    await bench.server.until(() => bench.server.syncs.find(({ ackedCommand }) => ackedCommand === n));
    ticks.release();
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
  });

  test('while the sandbox still boots ends the prompt at once, and it never runs', async () => {
    bench.model.script([reply(say('Second.'))]);
    await bench.start();
    const first = bench.send('First');
    bench.server.send({ type: 'stop', turnId: first.turnId });
    expect(await bench.finished(first)).toMatchObject({ outcome: 'stopped' });
    expect(bench.phases()).not.toContain('ready');
    const second = bench.send('Second');
    await bench.finished(second);
    expect(bench.server.of('prompt.delivered').map(({ turnId }) => turnId)).toEqual([second.turnId]);
  });
});

describe('what is said', () => {
  test('poison in a tool’s output is made harmless, and a long output is kept whole beside the event', async () => {
    const script = `process.stdout.write('nul:\\0 end\\n' + 'y'.repeat(40000) + 'tail')`;
    bench.model.script([
      reply(call('bash', { command: `node -e "${script}"`, description: 'poison' })),
      reply(say('Half a pair: \ud83d and a nul: \u0000.')),
    ]);
    await bench.start();
    const only = bench.send('Go');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    const tool = bench.server
      .of('part.finished')
      .flatMap(({ part }) => (part.type === 'tool' ? [part] : []))[0]!;
    expect(tool.output.length).toBeLessThan(17_000);
    expect(tool.output).toContain('characters left out');
    expect(tool.output).not.toContain('\0');
    expect(bench.server.blobs.get(tool.outputBlob!.key)!.toString()).toContain('tail');
    expect(bench.texts(only)[0]).toContain('a nul: \uFFFD');
    expect(bench.server.of('unknown')).toEqual([]);
  });

  test('an output that can’t be uploaded is told all the same', async () => {
    bench.model.script([
      reply(call('bash', { command: `node -e "console.log('z'.repeat(30000))"`, description: 'long' })),
      reply(say('Done.')),
    ]);
    await bench.start();
    bench.server.fault = ({ path }) => (path === '/api/sandbox/uploads' ? 403 : null);
    const only = bench.send('Go');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    const tool = bench.server.of('part.finished').find(({ part }) => part.type === 'tool')!;
    expect(tool.part).toMatchObject({ outputBlob: null });
  });

  test('a key that is refused fails the turn with a reason for people', async () => {
    bench.model.script(() => faults.unauthorized());
    await bench.start();
    const only = bench.send('Go');
    expect(await bench.finished(only)).toMatchObject({
      outcome: 'failed',
      reason: { code: 'model_key_refused' },
    });
  });

  test('a retry of the model is told, and what a cut stream said is not said twice', async () => {
    bench.model.script([faults.dropAfter('Said before the cut. '), reply(say('Said in full.'))]);
    await bench.start();
    const only = bench.send('Go');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(bench.server.of('turn.retrying')).toHaveLength(1);
    expect(bench.texts(only).join('')).toBe('Said in full.');
    expect(bench.doubled()).toEqual([]);
  });
});
