import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createLocalSandboxes } from '@/integrations/local/sandboxes';
import { createDescribeLocal } from '@/integrations/local/describe-local';
import { SandboxLifeline } from '@/testing/sandbox-lifeline';
import { standInTools } from '@/testing/sandbox-host-process';
import { type OnExit } from './exit-teller';
import { type SandboxHost, startSandboxHost } from './start-sandbox-host';
import { type SandboxTools } from './wall';

const secret = 'a secret of the test';

let folder: string;
let tools: SandboxTools;
let lifeline: SandboxLifeline;
const hosts: SandboxHost[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dispatch-host-'));
  tools = await standInTools(join(folder, 'tools'));
  lifeline = await SandboxLifeline.open();
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});
afterAll(async () => {
  await lifeline.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: { onExit?: OnExit; dataDir?: string; port?: number } = {}) {
  const { onExit = () => undefined, dataDir = join(folder, randomUUID()), port = 0 } = options;
  const host = await startSandboxHost({ dataDir, secret, port, mode: 'process', tools, onExit });
  hosts.push(host);
  return { host, dataDir, sandboxes: createLocalSandboxes({ url: host.url, secret }) };
}

function specOf(name: string) {
  return {
    key: name,
    from: { type: 'image' } as const,
    env: lifeline.environment(name),
    labels: { session: name },
  };
}

async function post(url: string, body: string, authorization = `Bearer ${secret}`): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body, headers: { authorization } });
  return { status: response.status, ...((await response.json()) as object) };
}

test('it says that plain processes are no isolation', async () => {
  const { host, sandboxes } = await start();
  expect(host.mode).toBe('process');
  expect(host.notice).toContain('NOT isolated');
  expect((await sandboxes.capabilities()).isolation).toBe('none');
});

test('a call without the secret, or with another, is refused', async () => {
  const { host } = await start();
  for (const authorization of ['', 'Bearer another', `Basic ${secret}`]) {
    expect(await post(`${host.url}/list`, '{"labels":{}}', authorization)).toMatchObject({
      status: 401,
      error: { code: 'unauthenticated' },
    });
  }
});

test.each([
  { call: 'nothing.of/the-kind', body: '{}', status: 404, code: 'not_found' },
  { call: 'constructor', body: '{}', status: 404, code: 'not_found' },
  { call: 'status', body: 'not json', status: 400, code: 'bad_input' },
  { call: 'status', body: '{"id":"../../etc"}', status: 400, code: 'bad_input' },
  { call: 'create', body: '{"key":"k"}', status: 400, code: 'bad_input' },
  { call: 'exec', body: '{"id":"sb-x","argv":[],"timeoutMs":1}', status: 400, code: 'bad_input' },
  { call: 'list', body: `{"labels":{"a":"${'x'.repeat(5_000_000)}"}}`, status: 413, code: 'too_large' },
])('a malformed call is refused: $call, $code', async ({ call, body, status, code }) => {
  const { host } = await start();
  expect(await post(`${host.url}/${call}`, body)).toMatchObject({ status, error: { code } });
});

test('a session whose id is no name, and variables that are none, are refused', async () => {
  const { sandboxes } = await start();
  const refused = { code: 'sandbox_unavailable' };
  const spec = specOf('a');
  await expect(sandboxes.create({ ...spec, labels: { session: '../b' } })).rejects.toMatchObject(refused);
  await expect(sandboxes.create({ ...spec, env: { 'A=B': 'x' } })).rejects.toMatchObject(refused);
  await expect(sandboxes.create({ ...spec, env: { A: 'x\0y' } })).rejects.toMatchObject(refused);
});

test('a missing tool and a port that is taken are said at the start', async () => {
  const { host } = await start();
  await expect(start({ port: Number(new URL(host.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const lacking = { ...tools, rg: join(folder, 'no-rg') };
  const dataDir = join(folder, randomUUID());
  const options = { dataDir, secret, port: 0, onExit: () => undefined };
  await expect(startSandboxHost({ ...options, tools: lacking })).rejects.toThrow(/need rg/);
});

test('an end is told again until it is heard', async () => {
  const heard = vi.fn<OnExit>().mockRejectedValueOnce(new Error('the app restarts'));
  const { sandboxes } = await start({ onExit: heard });
  const { provider, id } = await sandboxes.create(specOf('told'));
  (await lifeline.join('told')).order('exit 7');
  await expect.poll(() => heard.mock.calls.length).toBe(2);
  expect(heard.mock.calls[1]).toEqual([
    { provider, id },
    { code: 7, labels: { session: 'told' }, limit: null, lastOutput: 'the supervisor runs\n' },
  ]);
});

test('a sandbox whose time is up ends as one that took too long', async () => {
  const heard = vi.fn<OnExit>();
  const { sandboxes } = await start({ onExit: heard });
  const { id } = await sandboxes.create({ ...specOf('over'), lifeSeconds: 0.2 });
  await expect.poll(() => heard.mock.calls.map(([ref, { code }]) => [ref.id, code])).toEqual([[id, 124]]);
});

test('a sandbox that would have to be kept from the network is refused', async () => {
  const { sandboxes } = await start();
  const spec = { ...specOf('shut'), egress: { type: 'none' } } as const;
  await expect(sandboxes.create(spec)).rejects.toMatchObject({ details: { why: 'not_supported' } });
});

test('an end that was asked for is told to nobody', async () => {
  const heard = vi.fn<OnExit>();
  const { sandboxes } = await start({ onExit: heard });
  const ref = await sandboxes.create(specOf('asked'));
  await sandboxes.terminate(ref);
  await sandboxes.create(specOf('unasked'));
  (await lifeline.join('unasked')).order('exit 0');
  await expect.poll(() => heard.mock.calls.map(([, exit]) => exit.labels)).toEqual([{ session: 'unasked' }]);
});

test('a host that is closed ends its sandboxes, and the next one tells of it once', async () => {
  const { host, dataDir, sandboxes } = await start();
  const ref = await sandboxes.create(specOf('closed'));
  const [main, daemon] = await Promise.all([lifeline.join('closed'), lifeline.join('closed', 'daemon')]);
  await host.close();
  hosts.length = 0;
  await Promise.all([main.gone, daemon.gone]);
  const heard = vi.fn<OnExit>();
  const second = await start({ dataDir, onExit: heard });
  await expect.poll(() => heard.mock.calls.map(([told]) => told.id)).toEqual([ref.id]);
  expect(await second.sandboxes.status(ref)).toMatchObject({ state: 'exited' });
  await second.host.close();
  hosts.length = 0;
  const third = await start({ dataDir, onExit: heard });
  await third.sandboxes.terminate(ref);
  expect(heard).toHaveBeenCalledTimes(1);
  expect(await readdir(join(dataDir, 'sandboxes'))).toEqual([]);
});

test('a second life of a session moves the first aside, whose disk can still be kept', async () => {
  const heard = vi.fn<OnExit>();
  const { sandboxes } = await start({ onExit: heard });
  const first = await sandboxes.create(specOf('stable'));
  const main = await lifeline.join('stable');
  await sandboxes.exec(first, ['sh', '-c', 'echo of the first > file']);
  const second = await sandboxes.create({ ...specOf('stable'), key: 'stable-2' });
  await main.gone;
  expect((await sandboxes.exec(second, ['ls'])).stdout).toBe('');
  await sandboxes.terminate(second);
  const { snapshot } = await sandboxes.terminate(first, { keep: true });
  const from = { type: 'snapshot', id: snapshot ?? '' } as const;
  const third = await sandboxes.create({ ...specOf('stable'), key: 'stable-3', from });
  expect((await sandboxes.exec(third, ['cat', 'file'])).stdout).toBe('of the first\n');
  await expect(sandboxes.create({ ...specOf('another'), from })).rejects.toThrow(/can't be used at/);
});

test('a host that is away is an unavailable sandbox, with its cause', async () => {
  const { host, sandboxes } = await start();
  await host.close();
  hosts.length = 0;
  const error: unknown = await sandboxes
    .status({ provider: 'local', id: 'sb-x' })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'sandbox_unavailable', cause: expect.any(TypeError) as TypeError });
});

test('a local repository is described through the host, its refusals with their own codes', async () => {
  const { host } = await start();
  const describeLocal = createDescribeLocal({ url: host.url, secret });
  expect((await describeLocal(process.cwd())).branches).not.toEqual([]);
  await expect(describeLocal(folder)).rejects.toMatchObject({ code: 'repository_not_found' });
  await expect(describeLocal('relative')).rejects.toMatchObject({ code: 'bad_input' });
});
