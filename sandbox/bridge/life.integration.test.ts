import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BridgeBench } from '@/testing/bridge-bench';
import { call, reply, say, stall } from '@/testing/scripted-reply';
import { buildSandbox } from '../image/build';

const bench = new BridgeBench(buildSandbox);

/** All of a disk. */
const FOLDERS = ['workspace', 'state', 'home'];

const processes = (): string => execFileSync('ps', ['-eo', 'args']).toString();

describe('the life of a sandbox', () => {
  test('a branch that is not there fails the start in words, and the sandbox ends', async () => {
    await bench.start({ baseBranch: 'nope' });
    const failed = await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'failed');
    expect(failed.reason).toMatchObject({ code: 'branch_missing' });
    expect(await bench.sandbox.exited()).toBe(0);
  });

  test('an agent that does not start fails the start in words', async () => {
    await bench.start({}, { env: { OPENCODE_BIN: '/nowhere/opencode' } });
    const failed = await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'failed');
    expect(failed.reason).toMatchObject({ code: 'agent_start_failed' });
  });

  test('a shutdown ends the running turn, keeps its work and ends the sandbox', async () => {
    bench.model.script([
      reply(call('bash', { command: 'echo kept > kept.txt; sleep 60', description: 'x' })),
    ]);
    await bench.start();
    const only = bench.send('Go');
    await bench.server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    // The step is told when it starts; the work is there a moment later.
    await expect.poll(() => existsSync(join(bench.sandbox.repository, 'kept.txt'))).toBe(true);
    bench.server.send({ type: 'shutdown' });
    expect(await bench.sandbox.exited()).toBe(0);
    expect(bench.server.of('prompt.finished')).toMatchObject([{ turnId: only.turnId, outcome: 'stopped' }]);
    expect(bench.server.of('diff.changed')[0]!.files.map(({ path }) => path)).toEqual(['kept.txt']);
    expect(bench.server.events.at(-1)).toMatchObject({ kind: 'sandbox.phase', phase: 'snapshotting' });
    expect(processes()).not.toContain(bench.root);
  });

  test('what was put to sleep goes on after it: the same conversation, with a store that was slimmed', async () => {
    bench.model.script([reply(say('First life.'))]);
    await bench.start();
    await bench.finished(bench.send('Remember 4711'));
    const store = join(bench.root, 'home/.local/share/opencode');
    const conversation = (): string => readFileSync(join(bench.root, 'state/conversation.json'), 'utf8');
    const before = conversation();
    bench.server.send({ type: 'shutdown' });
    expect(await bench.sandbox.exited()).toBe(0);
    expect(statSync(join(store, 'opencode.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    await bench.server.down();

    bench.model.script([reply(say('Second life.'))]);
    await bench.start({}, { epoch: 2 });
    expect(await bench.finished(bench.send('What was it?'))).toMatchObject({ outcome: 'completed' });
    expect(conversation()).toBe(before);
    expect(JSON.stringify(bench.model.requests.at(-1)!.body.messages)).toContain('4711');
  });

  test('a bridge that is killed on its way to sleep comes to the same end', async () => {
    bench.model.script([reply(say('Done.'))]);
    await bench.start();
    await bench.finished(bench.send('Go'));
    bench.server.send({ type: 'shutdown' });
    const isTaken = () =>
      readFileSync(join(bench.root, 'state/outbox-1.jsonl'), 'utf8').includes('"shutdown"');
    await expect.poll(isTaken).toBe(true);
    bench.sandbox.kill('bridge');
    expect(await bench.sandbox.exited()).toBe(0);
    expect(bench.server.events.at(-1)).toMatchObject({ kind: 'sandbox.phase', phase: 'snapshotting' });
    expect(bench.doubled()).toEqual([]);
  });

  test('a disk from before the last turn gets its work, and its agent is told once what was said', async () => {
    bench.model.script([
      reply(say('First.')),
      reply(call('bash', { command: 'echo x > made.txt', description: 'x' })),
      reply(say('Made.')),
    ]);
    await bench.start();
    await bench.finished(bench.send('Remember 4711'));
    const old = join(bench.root, 'old');
    for (const name of FOLDERS) cpSync(join(bench.root, name), join(old, name), { recursive: true });
    await bench.finished(bench.send('Make a file'));
    const bundle = bench.server.blobs.get(bench.server.of('diff.changed')[0]!.bundle!.key)!;
    bench.sandbox.terminate();
    await bench.sandbox.exited();
    await bench.server.down();
    for (const name of FOLDERS) {
      rmSync(join(bench.root, name), { recursive: true });
      cpSync(join(old, name), join(bench.root, name), { recursive: true });
    }

    bench.model.script([
      reply(call('bash', { command: 'cat made.txt', description: 'x' })),
      reply(say('There.')),
      reply(say('Still there.')),
    ]);
    const bundleUrl = `data:application/octet-stream;base64,${bundle.toString('base64')}`;
    await bench.start({ bundleUrl, isBundleNewer: true, missed: 'Asked: Make a file 815' }, { epoch: 2 });
    expect(await bench.finished(bench.send('Look'))).toMatchObject({ outcome: 'completed' });
    bench.sandbox.kill('bridge');
    expect(await bench.finished(bench.send('Again'))).toMatchObject({ outcome: 'completed' });
    const said = JSON.stringify(bench.model.requests.at(-1)!.body.messages);
    expect(said).toContain('4711');
    expect(said.split('Make a file 815')).toHaveLength(2);
    const [tool] = bench.server.of('part.finished').filter(({ part }) => part.type === 'tool');
    expect(tool!.part).toMatchObject({ status: 'completed', output: 'x\n' });
  });

  test('a next life on the same disk goes on with the same conversation and repository', async () => {
    bench.model.script([reply(say('First life.'))]);
    await bench.start();
    await bench.finished(bench.send('Remember 4711'));
    bench.sandbox.terminate();
    expect(await bench.sandbox.exited()).toBe(0);
    await bench.server.down();

    bench.model.script([reply(say('Second life.'))]);
    await bench.start({}, { epoch: 2 });
    expect(await bench.finished(bench.send('What was it?'))).toMatchObject({ outcome: 'completed' });
    expect(bench.phases()).toEqual(['agent_starting', 'ready']);
    expect(JSON.stringify(bench.model.requests.at(-1)!.body.messages)).toContain('4711');
    expect(bench.server.syncs[0]).toMatchObject({ epoch: 2, first: 1 });
  });

  test('a next life on an empty disk starts from the bundle and is told what was said', async () => {
    bench.model.script([
      reply(call('bash', { command: 'echo x > made.txt', description: 'x' })),
      reply(say('Made.')),
    ]);
    await bench.start();
    await bench.finished(bench.send('Make a file'));
    const [change] = bench.server.of('diff.changed');
    const bundle = bench.server.blobs.get(change!.bundle!.key)!;
    bench.sandbox.terminate();
    await bench.sandbox.exited();
    await bench.server.down();
    for (const name of FOLDERS) rmSync(join(bench.root, name), { recursive: true });

    bench.model.script([
      reply(call('bash', { command: 'cat made.txt; git log --oneline', description: 'x' })),
      reply(say('There.')),
    ]);
    const bundleUrl = `data:application/octet-stream;base64,${bundle.toString('base64')}`;
    await bench.start({ bundleUrl, history: 'Earlier somebody said: 4711.' }, { epoch: 2 });
    const second = bench.send('Look');
    expect(await bench.finished(second)).toMatchObject({ outcome: 'completed' });
    const tool = bench.server.of('part.finished').find(({ part }) => part.type === 'tool')!;
    expect(tool.part).toMatchObject({ status: 'completed' });
    expect(JSON.stringify(tool.part)).toContain('Make a file');
    expect(JSON.stringify(bench.model.requests.at(-1)!.body.messages)).toContain('4711');
  });

  test('an agent that hangs is killed by a stop, and the next prompt works', async () => {
    bench.model.script([reply(say('Hanging '), stall), reply(say('Works.'))]);
    await bench.start();
    const first = bench.send('Go');
    await bench.untilText((text) => text === 'Hanging ');
    for (const pid of bench.sandbox.pids(/opencode serve/)) process.kill(pid, 'SIGSTOP');
    bench.server.send({ type: 'stop', turnId: first.turnId });
    expect(await bench.finished(first)).toMatchObject({ outcome: 'stopped' });
    expect(bench.texts(first)).toEqual(['Hanging ']);
    const second = bench.send('Again');
    expect(await bench.finished(second)).toMatchObject({ outcome: 'completed' });
    expect(bench.doubled()).toEqual([]);
  });

  test('a supervisor that is killed leaves nothing behind', async () => {
    bench.model.script([reply(call('bash', { command: `sleep 8${process.pid}`, description: 'x' }))]);
    await bench.start();
    bench.send('Go');
    await bench.server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    const pids = bench.sandbox.pids(/./);
    expect(pids).toHaveLength(3);
    bench.sandbox.killSupervisor();
    await bench.sandbox.exited();
    await expect
      .poll(() => processes(), { timeout: 10_000 })
      .not.toMatch(new RegExp(`sleep 8${process.pid}|${bench.programs}`));
  });
});

/** A small disk of its own, where the machine lets us mount one. */
function mountSmallDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    // Not root, or a container without the right to mount: the test says that it was skipped.
    return false;
  }
}

test('a full disk ends the turn with that reason, and after making room the next prompt works', async ({
  skip,
}) => {
  const state = join(bench.root, 'state');
  if (!mountSmallDisk(state)) return skip('mounting a small disk is not allowed here');
  try {
    bench.model.script([
      reply(say('Filling. '), call('bash', { command: 'echo on', description: 'x' })),
      reply(say('never '.repeat(2_000), { chunkChars: 100, delayMs: 50 })),
      reply(say('Works again.')),
    ]);
    await bench.start();
    await bench.server.untilEvent('sandbox.phase', ({ phase }) => phase === 'ready');
    const filler = join(state, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(32 * 1024 * 1024));
    } catch {
      // That the disk is full now is what was wanted.
    }
    const first = bench.send('Fill');
    expect(await bench.finished(first)).toMatchObject({ outcome: 'failed', reason: { code: 'disk_full' } });
    rmSync(filler);
    bench.model.script([reply(say('Works again.'))]);
    const second = bench.send('Again');
    expect(await bench.finished(second)).toMatchObject({ outcome: 'completed' });
  } finally {
    await bench.sandbox.close({ keepFolders: true });
    execFileSync('umount', ['--lazy', state]);
  }
});
