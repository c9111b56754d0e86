import { expect, test } from 'vitest';
import { type ContractContext, keep, shell, startSandbox } from './sandbox-under-test';

/** What every provider has to keep of disks that several sandboxes come from. */
export function describeSandboxDisks(current: () => ContractContext): void {
  describeLiveSnapshots(current);
  describeForks(current);
  describeGenerations(current);
}

function describeLiveSnapshots(current: () => ContractContext): void {
  test('a snapshot of a running sandbox starts with the files of that moment', async (test) => {
    const { provider } = current().under;
    if (!(await provider.capabilities()).liveSnapshot) return test.skip('it keeps no disk of a running one');
    const { ref, spec } = await startSandbox(current());
    const write = (text: string) => shell(current(), ref, `echo ${text} > "$DISPATCH_WORKSPACE/file"`);
    await write('early');
    const { snapshot } = await provider.snapshot(ref, { timeoutMs: 30_000, ttlSeconds: null });
    await write('late');
    expect(await shell(current(), ref, 'cat "$DISPATCH_WORKSPACE/file"')).toBe('late');
    const from = { type: 'snapshot', id: snapshot } as const;
    const next = await startSandbox(current(), { from, labels: spec.labels });
    expect(await shell(current(), next.ref, 'cat "$DISPATCH_WORKSPACE/file"')).toBe('early');
  });

  test('a disk on which files come and go can be kept', async (test) => {
    const { provider } = current().under;
    if (!(await provider.capabilities()).liveSnapshot) return test.skip('it keeps no disk of a running one');
    const { ref, spec } = await startSandbox(current());
    await shell(current(), ref, 'echo stays > "$DISPATCH_WORKSPACE/file"');
    const churn =
      'while :; do for name in a b c d e f; do mkdir $name; : > $name/file; rm -r $name; done; done';
    const running = provider.exec(ref, ['sh', '-c', `mkdir churn; cd churn; ${churn}`]);
    await expect.poll(() => shell(current(), ref, 'ls')).toContain('churn');
    const { snapshot } = await provider.snapshot(ref, { timeoutMs: 30_000, ttlSeconds: null });
    await provider.terminate(ref);
    await running;
    const from = { type: 'snapshot', id: snapshot } as const;
    const next = await startSandbox(current(), { from, labels: spec.labels });
    expect(await shell(current(), next.ref, 'cat "$DISPATCH_WORKSPACE/file"')).toBe('stays');
  });

  test('a snapshot of what does not run is refused', async () => {
    const { provider } = current().under;
    const nobody = { provider: provider.kind, id: 'sb-nobody' };
    const asked = provider.snapshot(nobody, { timeoutMs: 30_000, ttlSeconds: null });
    await expect(asked).rejects.toMatchObject({ code: 'sandbox_unavailable' });
  });
}

function describeForks(current: () => ContractContext): void {
  test('sandboxes that start from one snapshot at once do not see what the others write', async (test) => {
    if (!(await current().under.provider.capabilities()).forks) return test.skip('it has no forks');
    const first = await startSandbox(current());
    await shell(current(), first.ref, 'cd "$DISPATCH_WORKSPACE"; mkdir made; echo same > made/file');
    const from = { type: 'snapshot', id: await keep(current(), first.ref) } as const;
    const forks = await Promise.all(['one', 'two', 'three'].map(() => startSandbox(current(), { from })));
    const found = forks.map(async ({ ref }, number) => {
      const script = `cd "$DISPATCH_WORKSPACE"; cat made/file; echo ${number} > made/file; echo x > of-${number}`;
      return shell(current(), ref, script);
    });
    expect(await Promise.all(found)).toEqual(['same', 'same', 'same']);
    for (const [number, { ref }] of forks.entries()) {
      const seen = await shell(current(), ref, 'cd "$DISPATCH_WORKSPACE"; cat made/file; echo of-*');
      expect(seen).toBe(`${number}\nof-${number}`);
    }
  });
}

function describeGenerations(current: () => ContractContext): void {
  test('what was deleted and renamed stays so over several sleeps', async () => {
    const lives = [
      'mkdir -p a/deep; echo a > a/deep/file; echo gone > gone; echo b > b',
      'rm gone; mv a moved; echo changed > b',
      'mkdir a; echo new > a/file; mv moved/deep deep',
    ];
    let from: { type: 'image' } | { type: 'snapshot'; id: string } = { type: 'image' };
    let labels: Record<string, string> = {};
    for (const script of lives) {
      const { ref, spec } = await startSandbox(current(), { from, labels });
      await shell(current(), ref, `cd "$DISPATCH_WORKSPACE"; ${script}`);
      labels = spec.labels;
      from = { type: 'snapshot', id: await keep(current(), ref) };
    }
    const { ref } = await startSandbox(current(), { from, labels });
    const found = await shell(
      current(),
      ref,
      'cd "$DISPATCH_WORKSPACE"; find . -type f -exec grep -H . {} +',
    );
    expect(found.split('\n').sort()).toEqual(['./a/file:new', './b:changed', './deep/file:a']);
  });

  test('a snapshot that others build on can be dropped', async () => {
    const { provider } = current().under;
    const first = await startSandbox(current());
    const { labels } = first.spec;
    await shell(current(), first.ref, 'echo old > "$DISPATCH_WORKSPACE/old"');
    const base = await keep(current(), first.ref);
    const second = await startSandbox(current(), { from: { type: 'snapshot', id: base }, labels });
    await provider.dropSnapshot(base);
    const read = 'cat "$DISPATCH_WORKSPACE"/*';
    expect(await shell(current(), second.ref, read)).toBe('old');
    await shell(current(), second.ref, 'echo young > "$DISPATCH_WORKSPACE/young"');
    const top = await keep(current(), second.ref);
    const third = await startSandbox(current(), { from: { type: 'snapshot', id: top }, labels });
    expect(await shell(current(), third.ref, read)).toBe('old\nyoung');
  });
}
