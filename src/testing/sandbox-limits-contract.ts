import { once } from 'node:events';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { SandboxLimit } from '@/domain/events/session-event';
import { type SandboxRef } from '@/ports/sandboxes';
import { type ContractContext, exitCodeOf, exitOf, keep, shell, startSandbox } from './sandbox-under-test';

/** What every provider has to keep of reaching into sandboxes, and of what they are held to. */
export function describeSandboxLimits(current: () => ContractContext): void {
  describeFiles(current);
  describePorts(current);
  describeLives(current);
  describeMemory(current);
  describeProcesses(current);
  describeDisk(current);
}

const bytes = (text: string) => new TextEncoder().encode(text);

function describeFiles(current: () => ContractContext): void {
  test('files are written at their paths, with folders on the way, through links of the sandbox too', async () => {
    const { provider } = current().under;
    const { ref } = await startSandbox(current());
    const places = await shell(current(), ref, 'echo "$DISPATCH_WORKSPACE $HOME"; ln -s "$HOME" to-home');
    const [workspace = '', home = ''] = places.split(' ');
    const data = new Uint8Array([0, 255, 10]);
    await provider.writeFiles(ref, [
      { path: `${workspace}/a/b/bytes`, data },
      { path: `${home}/run`, data: bytes('#!/bin/sh\necho ran\n'), mode: 0o755 },
      { path: `${workspace}/to-home/linked`, data: bytes('through a link') },
    ]);
    const script = 'od -An -tu1 a/b/bytes; "$HOME/run"; cat "$HOME/linked"; stat -c " %a" a/b/bytes';
    expect((await shell(current(), ref, script)).split(/\s+/).join(' ')).toBe(
      '0 255 10 ran through a link 644',
    );
  });

  test.each([
    ['of the system', () => '/etc/dispatch-new'],
    ['that climbs out', (workspace: string) => `${workspace}/../../etc/dispatch-new`],
    ['behind a link that leads out', (workspace: string) => `${workspace}/out/dispatch-new`],
    ['that is a link that leads out', (workspace: string) => `${workspace}/hosts`],
  ])('a path %s is refused, and nothing is written', async (_name, pathIn) => {
    const { provider } = current().under;
    const { ref } = await startSandbox(current());
    const workspace = await shell(current(), ref, 'ln -s /etc out; ln -s /etc/hosts hosts; pwd');
    const files = [`${workspace}/good`, pathIn(workspace)].map((path) => ({ path, data: bytes('x') }));
    await expect(provider.writeFiles(ref, files)).rejects.toMatchObject({ code: 'bad_input' });
    expect(await shell(current(), ref, 'ls; ls /etc | grep dispatch || true')).toBe('hosts\nout');
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function describePorts(current: () => ContractContext): void {
  test('a server inside answers where its port is said to be', async () => {
    const { provider } = current().under;
    const { ref } = await startSandbox(current());
    const port = await freePort();
    const { url, headers } = await provider.expose(ref, port);
    const server = `require('node:http').createServer((_, answer) => answer.end('from inside')).listen(${port})`;
    const running = provider.exec(ref, ['node', '-e', server]);
    const ask = async () => (await fetch(url, { headers })).text();
    await expect.poll(() => ask().catch(() => 'nothing yet')).toBe('from inside');
    await provider.terminate(ref);
    expect((await running).code).not.toBe(0);
    await expect(provider.expose(ref, port)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
  });
}

function describeLives(current: () => ContractContext): void {
  test('a sandbox ends when its time is up, and one that got more time goes on', async () => {
    const { provider } = current().under;
    const extended = await startSandbox(current(), { lifeSeconds: 2 });
    const created = await provider.create(extended.spec);
    expect(created.id).toBe(extended.ref.id);
    const until = new Date(Date.now() + 600_000);
    const extendedTo = await provider.extend(extended.ref, until);
    // A provider may not be able to; then it says when the sandbox ends all the same.
    expect([until, created.expiresAt]).toContainEqual(extendedTo);
    // Begun later, so it ends after the first would have.
    const short = await startSandbox(current(), { lifeSeconds: 2 });
    const { expiresAt } = await provider.create(short.spec);
    expect(expiresAt?.getTime()).toBeGreaterThan(created.expiresAt?.getTime() ?? Infinity);
    await exitCodeOf(current(), short.ref);
    expect(await provider.status(short.ref)).toMatchObject({ state: 'exited' });
    const { state } = await provider.status(extended.ref);
    expect(state).toBe(extendedTo?.getTime() === until.getTime() ? 'running' : 'exited');
  });

  test('a sandbox whose life has no end says so', async () => {
    const { provider } = current().under;
    if ((await provider.capabilities()).maxLifeSeconds !== null) return;
    const { ref, spec } = await startSandbox(current());
    expect((await provider.create(spec)).expiresAt).toBeNull();
    expect(await provider.extend(ref, new Date(Date.now() + 600_000))).toBeNull();
  });
}

async function has(context: ContractContext, limit: SandboxLimit): Promise<boolean> {
  const { provider, hidesLimits = false } = context.under;
  return !hidesLimits && (await provider.capabilities()).limits.includes(limit);
}

/** Others go on while a sandbox misbehaves. */
async function expectUnharmed(context: ContractContext, other: SandboxRef): Promise<void> {
  expect(await shell(context, other, 'echo well')).toBe('well');
}

function describeMemory(current: () => ContractContext): void {
  const resources = { memoryMiB: 256 };

  test('a command that takes too much memory ends, and nothing else', async (test) => {
    const { provider } = current().under;
    if (!(await has(current(), 'memory'))) return test.skip('memory is not limited here');
    const [other, greedy] = [await startSandbox(current()), await startSandbox(current(), { resources })];
    const eat = 'for (const all = []; ; all.push(Buffer.alloc(10_000_000, 1)));';
    expect((await provider.exec(greedy.ref, ['node', '-e', eat])).code).not.toBe(0);
    expect(await provider.status(greedy.ref)).toEqual({ state: 'running', limitsHit: ['memory'] });
    await expectUnharmed(current(), greedy.ref);
    await expectUnharmed(current(), other.ref);
    expect(await provider.status(other.ref)).toEqual({ state: 'running' });
  });

  test('a main process that takes too much memory ends the sandbox, which is told with the limit', async (test) => {
    if (!(await has(current(), 'memory'))) return test.skip('memory is not limited here');
    const { ref, main } = await startSandbox(current(), { resources });
    main.order('eat');
    const exit = await exitOf(current(), ref);
    expect(exit).toMatchObject({ code: 137, limit: 'memory' });
    expect(exit.lastOutput).toContain('out of the memory');
  });
}

function describeProcesses(current: () => ContractContext): void {
  test('a sandbox that forks without end harms no other, and ends when it is told to', async (test) => {
    const { provider } = current().under;
    if (!(await has(current(), 'processes'))) return test.skip('processes are not limited here');
    const other = await startSandbox(current());
    const bomb = await startSandbox(current(), { resources: { processes: 100 } });
    const running = provider.exec(bomb.ref, ['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 600']);
    await expect
      .poll(() => provider.status(bomb.ref))
      .toEqual({ state: 'running', limitsHit: ['processes'] });
    await expectUnharmed(current(), other.ref);
    await provider.terminate(bomb.ref);
    expect((await running).code).not.toBe(0);
    await expectUnharmed(current(), other.ref);
  });
}

function describeDisk(current: () => ContractContext): void {
  test('a sandbox that fills its disk is ended, and its disk can be kept', async (test) => {
    const { provider } = current().under;
    if (!(await has(current(), 'disk'))) return test.skip('the disk is not limited here');
    const other = await startSandbox(current());
    const { ref, spec } = await startSandbox(current(), { resources: { diskMiB: 64 } });
    await shell(current(), ref, 'echo work > "$DISPATCH_WORKSPACE/file"');
    const fill = 'head -c 300000000 /dev/zero > "$HOME/filler"; sync "$HOME/filler"; sleep 600';
    const running = provider.exec(ref, ['sh', '-c', fill], { timeoutMs: 600_000 });
    const exit = await exitOf(current(), ref);
    expect(exit).toMatchObject({ limit: 'disk' });
    expect(exit.lastOutput).toContain('more to its disk');
    expect((await running).code).not.toBe(0);
    await expectUnharmed(current(), other.ref);
    const from = { type: 'snapshot', id: await keep(current(), ref) } as const;
    const next = await startSandbox(current(), { from, labels: spec.labels });
    expect(await shell(current(), next.ref, 'cat "$DISPATCH_WORKSPACE/file"')).toBe('work');
  });
}
