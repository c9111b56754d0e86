import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { specOf, useModalBench } from '@/testing/modal/modal-bench';
import type { CreateRequest } from '@/testing/modal/wire';

const bench = useModalBench();

/** What Modal was asked for when a sandbox was created last. */
function askedFor(): CreateRequest {
  const { calls } = bench().standIn.faults;
  // The stand-in logs each call with the message that its method takes.
  return calls.findLast(({ method }) => method === 'sandboxCreateV2')?.request as CreateRequest;
}

test('a sandbox starts the supervisor in the workspace, and its disk is kept however it ends', async () => {
  await bench().provider().create(specOf());
  expect(askedFor().definition).toMatchObject({
    entrypointArgs: ['node', '/opt/dispatch/supervisor.mjs'],
    workdir: '/workspace',
    experimentalOptionsV2: { enable_exit_snapshot: 'true' },
  });
});

test.each([
  ['12 hours unless told', undefined, 43_200],
  ['what was asked for, in whole seconds', 90.7, 90],
  ['24 hours at the most', 1_000_000, 86_400],
])('a sandbox lives %s', async (_words, lifeSeconds, expected) => {
  const nowMs = Date.parse('2030-01-01T00:00:00Z');
  const provider = bench().provider({ now: () => nowMs });
  const created = await provider.create(specOf(lifeSeconds === undefined ? {} : { lifeSeconds }));
  expect(askedFor().definition.timeoutSecs).toBe(expected);
  expect(created.expiresAt).toEqual(new Date(nowMs + expected * 1_000));
  expect(await provider.extend(created, new Date(nowMs + 10 ** 9))).toEqual(created.expiresAt);
});

test('a sandbox whose life is over tells it by its exit status, and its disk was kept', async () => {
  const provider = bench().provider();
  const ref = await provider.create(specOf({ lifeSeconds: 1 }));
  await expect.poll(() => provider.status(ref)).toEqual({ state: 'exited', code: 124 });
  expect((await provider.terminate(ref, { keep: true })).snapshot).toMatch(/^im-/);
});

test('resources are asked for as limits', async () => {
  await bench()
    .provider()
    .create(specOf({ resources: { memoryMiB: 2_048, cpus: 1.5 } }));
  const limits = { milliCpu: 1_500, milliCpuMax: 1_500, memoryMb: 2_048, memoryMbMax: 2_048 };
  expect(askedFor().definition.resources).toMatchObject(limits);
});

/** Numbers of Modal's `NetworkAccessType`. */
const [OPEN, BLOCKED, ALLOWLIST] = [1, 2, 3];

test.each([
  [{ type: 'open' }, OPEN, []],
  [{ type: 'none' }, BLOCKED, []],
  [{ type: 'domains', domains: ['*.example.com'] }, ALLOWLIST, ['*.example.com']],
] as const)('egress %o is asked for', async (egress, networkAccessType, allowedDomains) => {
  await bench().provider().create(specOf({ egress }));
  expect(askedFor().definition.networkAccess).toMatchObject({ networkAccessType, allowedDomains });
});

test('a folder of this machine is refused', async () => {
  const spec = specOf({ readOnlyFolder: { source: '/tmp', target: '/mnt/repository' } });
  const refusal = { code: 'sandbox_unavailable', details: { why: 'not_supported' } };
  await expect(bench().provider().create(spec)).rejects.toMatchObject(refusal);
});

test('files are written with their folders and permissions, large ones too', async () => {
  const provider = bench().provider();
  const ref = await provider.create(specOf());
  const large = randomBytes(3_000_000);
  // Where the stand-in has no wall, the workspace is elsewhere.
  const workspace = (await provider.exec(ref, ['pwd'])).stdout.trim();
  await provider.writeFiles(ref, [
    { path: `${workspace}/a/b/large`, data: large },
    { path: `${workspace}/run.sh`, data: Buffer.from('#!/bin/sh\necho run\n'), mode: 0o755 },
  ]);
  const script = 'sha256sum < a/b/large; stat -c %a a/b/large; ./run.sh';
  const { stdout } = await provider.exec(ref, ['sh', '-c', script]);
  const digest = createHash('sha256').update(large).digest('hex');
  expect(stdout).toBe(`${digest}  -\n644\nrun\n`);
});

test('a file that can not be written is told', async () => {
  const provider = bench().provider();
  const ref = await provider.create(specOf());
  const write = (path: string) => provider.writeFiles(ref, [{ path, data: Buffer.from('x') }]);
  const workspace = (await provider.exec(ref, ['sh', '-c', 'mkdir folder; pwd'])).stdout.trim();
  await expect(write(`${workspace}/folder`)).rejects.toMatchObject({ code: 'sandbox_unavailable' });
  await expect(write('relative')).rejects.toMatchObject({ code: 'bad_input' });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a port answers to those with its token, while the sandbox runs', async () => {
  const provider = bench().provider();
  const ref = await provider.create(specOf());
  const port = await freePort();
  const program = `require('node:http').createServer((q, a) => a.end('at ' + q.url)).listen(${port}, '127.0.0.1')`;
  const serving = provider.exec(ref, ['node', '-e', program]);
  const { url, headers } = await provider.expose(ref, port);
  const ask = async () => {
    const response = await fetch(`${url}/page`, { headers });
    return response.ok ? response.text() : null;
  };
  await expect.poll(ask).toBe('at /page');
  expect((await fetch(`${url}/page`)).status).toBe(401);
  await provider.terminate(ref);
  expect(await ask()).toBeNull();
  expect((await serving).code).not.toBe(0);
});

test.each([
  [3_600, 3_600],
  [null, null],
])('the disk of a sandbox that runs on is kept, for %s seconds', async (ttlSeconds, kept) => {
  const provider = bench().provider();
  const first = await provider.create(specOf());
  await provider.exec(first, ['sh', '-c', 'echo before > file']);
  const { snapshot } = await provider.snapshot(first, { timeoutMs: 60_000, ttlSeconds });
  expect(bench().standIn.images.ttlSecondsOf(snapshot)).toBe(kept);
  await provider.exec(first, ['sh', '-c', 'echo after > file']);
  const second = await provider.create(specOf({ from: { type: 'snapshot', id: snapshot } }));
  expect((await provider.exec(second, ['cat', 'file'])).stdout).toBe('before\n');
  expect((await provider.exec(first, ['cat', 'file'])).stdout).toBe('after\n');
});

test('two deployments of one account see their own sandboxes alone', async () => {
  const [one, two] = ['one', 'two'].map((appName) => bench().provider({ appName }));
  const { key } = specOf();
  const [first, second] = [await one!.create(specOf({ key })), await two!.create(specOf({ key }))];
  expect(first.id).not.toBe(second.id);
  expect(await one!.list({})).toEqual([{ provider: 'modal', id: first.id }]);
  expect(await two!.list({})).toEqual([{ provider: 'modal', id: second.id }]);
});

test('two deployments that share an app see their own sandboxes by their label', async () => {
  const provider = bench().provider();
  const specs = ['one', 'two'].map((deployment) => specOf({ labels: { deployment } }));
  const [first] = await Promise.all(specs.map((spec) => provider.create(spec)));
  expect(await provider.list({ deployment: 'one' })).toEqual([{ provider: 'modal', id: first!.id }]);
});

test('capabilities are told without a call', async () => {
  expect(await bench().provider().capabilities()).toMatchObject({
    ...{ isolation: 'container', localRepositories: false, maxLifeSeconds: 86_400 },
  });
  expect(bench().standIn.faults.calls).toEqual([]);
});
