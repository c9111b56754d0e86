import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AppError } from '@/domain/errors';
import { describeSandboxDisks } from './sandbox-disk-contract';
import { SandboxLifeline } from './sandbox-lifeline';
import { describeSandboxLimits } from './sandbox-limits-contract';
import {
  type ContractContext,
  exitCodeOf,
  keep,
  type ProviderUnderTest,
  shell,
  specOf,
  startSandbox,
} from './sandbox-under-test';

export interface ContractSubject {
  name: string;
  /** Why the provider can't run here, said in the tests' names; null when it can. */
  skipReason: string | null;
  /** Called once. */
  start: () => Promise<ProviderUnderTest>;
  /** Tests of this provider alone, in the same context. */
  more?: (context: () => ContractContext) => void;
}

/** What every provider of sandboxes has to keep. */
export function describeSandboxContract({ name, skipReason, start, more }: ContractSubject): void {
  if (skipReason !== null) console.warn(`SKIPPED: ${name}: ${skipReason}`);
  const title = skipReason === null ? name : `${name} (skipped: ${skipReason})`;
  describe.skipIf(skipReason !== null)(title, () => {
    let context: ContractContext | null = null;
    const current = () => {
      if (context === null) throw new Error('The provider under test did not start.');
      return context;
    };
    beforeAll(async () => {
      const under = await start();
      context = { under, lifeline: under.lifeline ?? (await SandboxLifeline.open()) };
    });
    afterEach(async () => {
      const { provider } = current().under;
      await Promise.all((await provider.list({})).map((ref) => provider.terminate(ref)));
    });
    afterAll(async () => {
      await context?.under.stop();
      await context?.lifeline.close();
    });
    describeCreate(current);
    describeExec(current);
    describeEnd(current);
    describeSnapshots(current);
    describeSandboxDisks(current);
    describeSandboxLimits(current);
    describeRestart(current);
    more?.(current);
  });
}

function describeCreate(current: () => ContractContext): void {
  test('creating twice by one key, at once or later, gives one sandbox', async () => {
    const { provider } = current().under;
    const spec = specOf(current());
    const refs = await Promise.all([provider.create(spec), provider.create(spec), provider.create(spec)]);
    refs.push(await provider.create(spec));
    expect(new Set(refs.map((ref) => ref.id)).size).toBe(1);
    expect(await provider.list({ session: spec.labels['session'] ?? '' })).toEqual([
      { provider: provider.kind, id: refs[0].id },
    ]);
  });

  test('the main process gets the environment that was handed over, and nothing else', async () => {
    process.env['DISPATCH_CANARY'] = 'canary-of-the-server';
    const { platformVariables } = current().under;
    const { ref, spec } = await startSandbox(current(), { env: { SECRET: 'a b\n"c"=\u00e9' } });
    const found: unknown = JSON.parse(await shell(current(), ref, 'cat "$DISPATCH_STATE/environment.json"'));
    const { PWD: _set, ...environment } = found as Record<string, string>;
    const paths = ['DISPATCH_STATE', 'DISPATCH_WORKSPACE', 'HOME', 'PATH'];
    expect(environment).toMatchObject(spec.env);
    const given = Object.keys(environment).filter((name) => platformVariables?.test(name) !== true);
    expect(given.sort()).toEqual([...Object.keys(spec.env), ...paths].sort());
    expect(JSON.stringify(found)).not.toContain('canary-of-the-server');
  });

  test('sandboxes are listed by their labels while they run', async () => {
    const { provider } = current().under;
    const deployment = randomUUID();
    const one = await startSandbox(current(), { labels: { deployment, role: 'agent' } });
    const two = await startSandbox(current(), { labels: { deployment, role: 'publisher' } });
    const ids = async (labels: Record<string, string>) =>
      (await provider.list(labels)).map((ref) => ref.id).sort();
    expect(await ids({ deployment })).toEqual([one.ref.id, two.ref.id].sort());
    expect(await ids({ deployment, role: 'publisher' })).toEqual([two.ref.id]);
    expect(await ids({ deployment, role: 'nobody' })).toEqual([]);
    await provider.terminate(one.ref);
    expect(await ids({ deployment })).toEqual([two.ref.id]);
  });

  test('what the provider never made is unknown, and ending it is no error', async () => {
    const { provider } = current().under;
    for (const ref of [
      { provider: provider.kind, id: 'sb-nobody' },
      { provider: 'another', id: 'x' },
    ]) {
      expect(await provider.status(ref)).toEqual({ state: 'unknown' });
      expect(await provider.terminate(ref, { keep: true })).toEqual({ snapshot: null, isPending: false });
    }
    await provider.dropSnapshot('snap-nobody');
  });
}

function describeExec(current: () => ContractContext): void {
  test('a command runs in the workspace and answers its output and exit status', async () => {
    const { provider } = current().under;
    const { ref } = await startSandbox(current());
    const script = 'pwd; echo "$DISPATCH_WORKSPACE"; echo oh >&2; exit 5';
    const { code, stdout, stderr } = await provider.exec(ref, ['sh', '-c', script]);
    const [folder, workspace] = stdout.trim().split('\n');
    expect({ code, stderr, folder }).toEqual({ code: 5, stderr: 'oh\n', folder: workspace });
    expect(await shell(current(), ref, 'node --version')).toMatch(/^v24\./);
  });

  test('a command that takes too long is ended, and one that prints without end is cut', async () => {
    const { provider } = current().under;
    const { ref } = await startSandbox(current());
    const slow = await provider.exec(ref, ['sh', '-c', 'echo begun; sleep 600'], { timeoutMs: 500 });
    expect(slow).toEqual({ code: 124, stdout: 'begun\n', stderr: '' });
    const loud = await provider.exec(ref, ['head', '-c', '3000000', '/dev/zero']);
    expect([loud.code, loud.stdout.length]).toEqual([0, 1_000_000]);
  });

  test('a command in a sandbox that does not run is refused', async () => {
    const { provider } = current().under;
    await expect(provider.exec({ provider: provider.kind, id: 'sb-nobody' }, ['true'])).rejects.toMatchObject(
      {
        code: 'sandbox_unavailable',
      } satisfies Partial<AppError>,
    );
  });
}

function describeEnd(current: () => ContractContext): void {
  test('kill -9 of the main process ends the sandbox, daemons included, and is told at once', async () => {
    const { provider, exitOf } = current().under;
    const { ref, spec, main } = await startSandbox(current());
    const daemon = await current().lifeline.join(spec.key, 'daemon');
    main.order('die');
    expect(await exitCodeOf(current(), ref)).toBe(137);
    const told = { code: 137, labels: spec.labels, limit: null, lastOutput: 'the supervisor runs\n' };
    if (exitOf !== undefined) expect(await exitOf(ref)).toEqual(told);
    await daemon.gone;
    expect(await provider.status(ref)).toEqual({ state: 'exited', code: 137 });
    expect(await provider.list(spec.labels)).toEqual([]);
  });

  test('a main process that exits tells its exit status', async () => {
    const { provider } = current().under;
    const { ref, main } = await startSandbox(current());
    main.order('exit 3');
    expect(await exitCodeOf(current(), ref)).toBe(3);
    expect(await provider.status(ref)).toEqual({ state: 'exited', code: 3 });
  });

  test('terminate ends every process, one that left its process group included, and may be repeated', async () => {
    const { provider } = current().under;
    const { ref, spec, main } = await startSandbox(current());
    const daemon = await current().lifeline.join(spec.key, 'daemon');
    const command = provider.exec(ref, ['sh', '-c', 'touch begun; exec sleep 600']);
    await shell(current(), ref, 'until [ -e begun ]; do sleep 0.05; done');
    await Promise.all([provider.terminate(ref), provider.terminate(ref)]);
    await Promise.all([main.gone, daemon.gone]);
    expect((await command).code).not.toBe(0);
    // A provider may remember what it ended, for a while.
    expect((await provider.status(ref)).state).not.toBe('running');
    expect(await provider.terminate(ref)).toEqual({ snapshot: null, isPending: false });
  });
}

const LEAVE_WORK = `
  mkdir -p "$DISPATCH_WORKSPACE/demo" "$HOME/.cache/deep"
  echo tracked > "$DISPATCH_WORKSPACE/demo/file"
  echo hidden > "$HOME/.cache/deep/file"
  echo outbox > "$DISPATCH_STATE/outbox"
  printf '#!%s\\nprint("from a script")\\n' "$(command -v python3)" > "$HOME/script.py" && chmod +x "$HOME/script.py"
  ln -s "$HOME/script.py" "$DISPATCH_WORKSPACE/demo/link"
  python3 -m venv --without-pip "$DISPATCH_WORKSPACE/venv"
  mkdir "$HOME/locked" && touch "$HOME/locked/file" && chmod 500 "$HOME/locked"
  echo "$DISPATCH_WORKSPACE/venv/bin/python" > "$HOME/python-path"
`;
const FIND_WORK = `
  cat "$DISPATCH_WORKSPACE/demo/file" "$HOME/.cache/deep/file" "$DISPATCH_STATE/outbox"
  "$DISPATCH_WORKSPACE/demo/link"
  "$(cat "$HOME/python-path")" -c 'import sys; print(sys.prefix != sys.base_prefix)'
`;
const WORK = ['tracked', 'hidden', 'outbox', 'from a script', 'True'].join('\n');

function describeSnapshots(current: () => ContractContext): void {
  test('a disk that was kept starts again with the same files at the same paths, more than once', async () => {
    const { provider } = current().under;
    const first = await startSandbox(current());
    await shell(current(), first.ref, LEAVE_WORK);
    const paths = 'echo "$DISPATCH_WORKSPACE $HOME $DISPATCH_STATE"; pwd -P';
    const before = await shell(current(), first.ref, paths);
    const snapshot = await keep(current(), first.ref);
    expect(await provider.terminate(first.ref, { keep: true })).toEqual({ snapshot, isPending: false });
    for (let life = 2; life <= 3; life += 1) {
      const from = { type: 'snapshot', id: snapshot } as const;
      const { ref } = await startSandbox(current(), { from, labels: first.spec.labels });
      expect(await shell(current(), ref, FIND_WORK)).toBe(WORK);
      expect(await shell(current(), ref, paths)).toBe(before);
      await shell(current(), ref, 'echo changed > "$DISPATCH_WORKSPACE/demo/file"');
      await provider.terminate(ref);
    }
  });

  test('the disk of a sandbox that ended by itself can be kept', async () => {
    const first = await startSandbox(current());
    await shell(current(), first.ref, 'echo work > "$DISPATCH_WORKSPACE/file"');
    first.main.order('die');
    await exitCodeOf(current(), first.ref);
    const from = { type: 'snapshot', id: await keep(current(), first.ref) } as const;
    const { ref } = await startSandbox(current(), { from, labels: first.spec.labels });
    expect(await shell(current(), ref, 'cat "$DISPATCH_WORKSPACE/file"')).toBe('work');
  });

  test('a new life of a session that starts from the image finds nothing of the one before', async () => {
    const first = await startSandbox(current());
    await shell(current(), first.ref, 'echo work > "$DISPATCH_WORKSPACE/file"');
    first.main.order('die');
    await exitCodeOf(current(), first.ref);
    const { ref } = await startSandbox(current(), { labels: first.spec.labels });
    expect(await shell(current(), ref, 'ls -A "$DISPATCH_WORKSPACE" "$HOME" | grep -v : || true')).toBe('');
  });

  test('a snapshot that was dropped is refused', async () => {
    const { provider } = current().under;
    const first = await startSandbox(current());
    const snapshot = await keep(current(), first.ref);
    await provider.dropSnapshot(snapshot);
    await provider.dropSnapshot(snapshot);
    const from = { type: 'snapshot', id: snapshot } as const;
    await expect(
      provider.create(specOf(current(), { from, labels: first.spec.labels })),
    ).rejects.toMatchObject({
      code: 'sandbox_unavailable',
    } satisfies Partial<AppError>);
  });
}

function describeRestart(current: () => ContractContext): void {
  test('a restart of what holds the sandboxes ends them, tells of it, and keeps their disks', async (test) => {
    const { provider, exitOf, restart } = current().under;
    if (restart === undefined || exitOf === undefined) return test.skip('this provider can not be restarted');
    const { ref, spec, main } = await startSandbox(current());
    const daemon = await current().lifeline.join(spec.key, 'daemon');
    await shell(current(), ref, 'echo work > "$DISPATCH_WORKSPACE/file"');
    await restart();
    expect((await exitOf(ref)).labels).toEqual(spec.labels);
    await Promise.all([main.gone, daemon.gone]);
    expect(await provider.status(ref)).toMatchObject({ state: 'exited' });
    const { snapshot } = await provider.terminate(ref, { keep: true });
    const from = { type: 'snapshot', id: snapshot ?? '' } as const;
    const next = await startSandbox(current(), { from, labels: spec.labels });
    expect(await shell(current(), next.ref, 'cat "$DISPATCH_WORKSPACE/file"')).toBe('work');
  });
}
