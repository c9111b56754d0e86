import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { SteerCommand } from '@/domain/wire/bridge';
import { BridgeBench, makeSteer } from '@/testing/bridge-bench';
import { call, createTicks, reply, say, waitFor } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

const FIVE_MINUTES = 300_000;
/** A command that ends when the test wants it to. */
const untilFile = (name: string) =>
  call('bash', { command: `while [ ! -e ${name} ]; do sleep 0.1; done; rm ${name}`, description: 'wait' });
const release = (name: string): void => void execFileSync('touch', [`${bench.sandbox.repository}/${name}`]);
const running = () =>
  bench.server.untilEvent('part.started', ({ part }) => part.type === 'tool' && part.tool === 'bash');

/** What the log says of steers, in its order. */
const story = (): string[] =>
  bench.server.events.flatMap((event) =>
    event.kind === 'steer.delivered' || event.kind === 'steer.read'
      ? [`${event.kind} ${event.promptId}`]
      : [],
  );
const delivered = ({ promptId }: SteerCommand): string => `steer.delivered ${promptId}`;
const read = ({ promptId }: SteerCommand): string => `steer.read ${promptId}`;

/** What people said, as the model saw it last. */
const said = (): string[] =>
  bench.model.requests
    .at(-1)!
    .body.messages.flatMap(({ role, content }) => (role === 'user' ? [JSON.stringify(content)] : []));

describe('what is said to a running turn', () => {
  test('is read once at the next step, by whatever clock it was minted, delivered twice and across a kill', async () => {
    bench.model.script([
      reply(say('I wait. '), untilFile('go')),
      reply(say('Heard. '), call('bash', { command: 'echo done > done.txt', description: 'write' })),
      reply(say('All done.')),
    ]);
    await bench.start();
    const only = bench.send('Begin');
    await running();
    const steers = [
      makeSteer(only, 'Say A too', { skewMs: -FIVE_MINUTES }),
      makeSteer(only, 'Say B too', { skewMs: FIVE_MINUTES }),
    ];
    for (const steer of [...steers, ...steers]) bench.server.send(steer);
    await bench.server.until(() => (bench.server.of('steer.delivered').length === 2 ? true : undefined));
    // The bridge that comes knows from OpenCode that both were said.
    bench.sandbox.kill('bridge');
    await bench.server.until(() => (bench.server.boots.length === 2 ? true : undefined));
    const last = makeSteer(only, 'And C');
    bench.server.send(last);
    bench.server.send(last);
    await bench.server.untilEvent('steer.delivered', ({ promptId }) => promptId === last.promptId);
    expect(bench.server.of('steer.read')).toEqual([]);
    release('go');
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed', reason: null });

    const all = [...steers, last];
    expect(story()).toEqual([...all.map(delivered), ...all.map(read)]);
    const kinds = bench.server.events.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('steer.read')).toBeLessThan(kinds.indexOf('prompt.finished'));
    expect(said()).toEqual(['Begin', 'Say A too', 'Say B too', 'And C'].map((text) => JSON.stringify(text)));
    expect(bench.texts(only)).toEqual(['I wait. ', 'Heard. ', 'All done.']);
    expect(bench.server.of('prompt.finished')).toHaveLength(1);
    expect(bench.doubled()).toEqual([]);
    const log = execFileSync('git', ['log', '-1', '--format=%an%n%B'], { cwd: bench.sandbox.repository });
    expect(log.toString().trim()).toBe(
      [
        ...['Ada', 'Begin', '', 'Co-authored-by: Ben <ben@example.com>'],
        'Co-authored-by: Dispatch agent <agent@dispatch.invalid>',
      ].join('\n'),
    );
  });

  test('while the last answer is written makes the turn go on; what comes later is dropped', async () => {
    const ticks = createTicks();
    bench.model.script([
      reply(
        say('First '),
        waitFor(() => ticks.next()),
        say('answer.'),
      ),
      reply(say('Second answer.')),
      reply(say('Another turn.')),
    ]);
    await bench.start();
    const only = bench.send('Begin');
    await bench.untilText((text) => text === 'First ');
    const early = makeSteer(only, 'More');
    bench.server.send(early);
    await bench.server.untilEvent('steer.delivered');
    ticks.release();
    expect(await bench.finished(only)).toMatchObject({ outcome: 'completed' });
    expect(story()).toEqual([delivered(early), read(early)]);
    expect(bench.texts(only)).toEqual(['First answer.', 'Second answer.']);

    bench.server.send(makeSteer(only, 'Too late'));
    const next = bench.send('Next');
    expect(await bench.finished(next)).toMatchObject({ outcome: 'completed' });
    expect(said().join()).not.toContain('Too late');
    expect(story()).toHaveLength(2);
  });

  test('can’t keep a stop from stopping, and what was not read then is not read later either', async () => {
    bench.model.script([reply(say('I wait. '), untilFile('never')), reply(say('Next.'))]);
    await bench.start();
    const only = bench.send('Begin');
    await running();
    const steer = makeSteer(only, 'Never mind');
    bench.server.send(steer);
    await bench.server.untilEvent('steer.delivered');
    bench.server.send({ type: 'stop', turnId: only.turnId });
    expect(await bench.finished(only)).toMatchObject({ outcome: 'stopped', reason: null });
    expect(await bench.finished(bench.send('Next'))).toMatchObject({ outcome: 'completed' });
    expect(said()).toEqual(['"Begin"', '"Next"']);
    expect(story()).toEqual([delivered(steer)]);
  });
});
