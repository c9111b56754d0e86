import { randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReadAnswer, ReadWhat } from '@/domain/wire/reads';
import { BridgeBench } from '@/testing/bridge-bench';
import { call, createTicks, reply, say, waitFor } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

/** Asks as the server does, and waits for the answer. */
async function ask(what: ReadWhat, path: string, epoch = 1): Promise<ReadAnswer> {
  const requestId = randomUUID();
  bench.server.send({ type: 'read', requestId, epoch, what, path });
  const report = await bench.server.until(() =>
    bench.server.reads.find((given) => given.requestId === requestId),
  );
  return report.answer;
}

describe('a look at the files', () => {
  test('is answered while a turn runs, and neither waits for the other', async () => {
    const ticks = createTicks();
    bench.model.script([
      reply(call('bash', { command: 'mkdir src; echo one > src/new.txt', description: 'write' })),
      reply(
        say('Waiting. '),
        waitFor(() => ticks.next()),
        say('Done.'),
      ),
    ]);
    await bench.start();
    const prompt = bench.send('Go');
    await bench.untilText((text) => text.startsWith('Waiting'));

    expect(await ask('tree', 'src')).toMatchObject({ entries: [{ name: 'new.txt', kind: 'file' }] });
    const file = await ask('file', 'src/new.txt');
    expect(file.type === 'file' ? Buffer.from(file.content ?? '', 'base64').toString() : file).toBe('one\n');
    expect(await ask('names', '')).toMatchObject({ paths: ['AGENTS.md', 'README.md', 'src/new.txt'] });

    ticks.release();
    expect(await bench.finished(prompt)).toMatchObject({ outcome: 'completed' });
  });

  test('that is slow, refused at the server, or of another life holds up neither stop nor sync', async () => {
    const ticks = createTicks();
    bench.model.script([
      reply(
        say('Waiting. '),
        waitFor(() => ticks.next()),
      ),
    ]);
    await bench.start();
    const prompt = bench.send('Go');
    await bench.untilText((text) => text.startsWith('Waiting'));
    const refused = randomUUID();
    bench.server.fault = ({ path, body }) =>
      path === '/api/sandbox/reads' && JSON.stringify(body).includes(refused) ? 404 : null;
    const of = { type: 'read', what: 'tree', path: '' } as const;
    const foreign = randomUUID();
    bench.server.send({ ...of, requestId: foreign, epoch: 2 });
    bench.server.send({ ...of, requestId: refused, epoch: 1 });
    for (let n = 0; n < 200; n += 1) bench.server.send({ ...of, requestId: randomUUID(), epoch: 1 });
    bench.server.send({ type: 'stop', turnId: prompt.turnId });
    expect(await bench.finished(prompt)).toMatchObject({ outcome: 'stopped' });
    ticks.release();
    expect(await ask('file', 'README.md')).toMatchObject({ type: 'file', sizeBytes: 6 });
    const answered = bench.server.reads.map(({ requestId }) => requestId);
    expect(answered).not.toContain(foreign);
    expect(answered).not.toContain(refused);
  });

  test('never leads out of the repository', async () => {
    bench.model.script([reply(say('Hello.'))]);
    await bench.start();
    await bench.finished(bench.send('Go'));
    writeFileSync(join(bench.root, 'secret.txt'), 'secret');
    mkdirSync(join(bench.sandbox.repository, 'src'));
    symlinkSync('../../../secret.txt', join(bench.sandbox.repository, 'src/link'));
    expect(await ask('file', 'src/link')).toMatchObject({ type: 'refused', code: 'outside' });
    expect(await ask('file', 'src/../README.md')).toMatchObject({ code: 'outside' });
  });
});
