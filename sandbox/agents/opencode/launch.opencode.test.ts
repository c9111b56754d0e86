import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BootResponse } from '@/domain/wire/bridge';
import { bootFor } from '@/testing/bridge-sandbox';
import { OPENCODE_BINARY } from '@/testing/opencode-server';
import { buildSandbox } from '../../image/build';
import { ownEnvironment } from '../../supervisor/environment';
import { OpenCodeClient } from './client';
import { prepareLaunch } from './launch';

vi.setConfig({ testTimeout: 120_000 });

const programs = mkdtempSync(join(tmpdir(), 'dispatch-programs-'));
beforeAll(() => buildSandbox(programs));
afterAll(() => rmSync(programs, { recursive: true }));

let root: string;
let provider: http.Server;
let agent: ChildProcess | null = null;
/** Where the model was called, and with what. */
let calls: { path: string; body: unknown }[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-launch-'));
  mkdirSync(join(root, 'repo'));
  mkdirSync(join(root, 'home'));
  calls = [];
  provider = http.createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      calls.push({ path: request.url ?? '', body: JSON.parse(body) });
      // The one answer that is not asked for again.
      response.writeHead(401).end('{}');
    })();
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
});

afterEach(async () => {
  if (agent?.pid !== undefined && agent.exitCode === null) {
    const exited = once(agent, 'exit');
    process.kill(-agent.pid, 'SIGKILL');
    await exited;
  }
  provider.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const portOf = (server: http.Server): number => {
  // A listening TCP server always has an address of this kind.
  return (server.address() as AddressInfo).port;
};

async function freePort(): Promise<number> {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Has the real OpenCode, as it is launched, ask a model. */
async function ask(model: Partial<BootResponse['model']>, effort: BootResponse['effort']): Promise<void> {
  const launch = prepareLaunch({
    ...{ command: OPENCODE_BINARY, folder: join(root, 'repo'), home: join(root, 'home'), password: 'test' },
    ...{
      path: ownEnvironment()['PATH'] ?? '',
      port: await freePort(),
      effort,
      gitSettings: {},
      openFolders: [],
    },
    imageVariables: {},
    plugin: join(programs, 'plugin.mjs'),
    modelUrl: `http://127.0.0.1:${portOf(provider)}/v1`,
    model: { ...bootFor(root).model, ...model },
  });
  const env = launch.env as NodeJS.ProcessEnv;
  agent = spawn(launch.command, launch.args, { cwd: launch.cwd, env, detached: true, stdio: 'ignore' });
  const client = new OpenCodeClient(launch);
  await expect.poll(() => client.isHealthy(), { timeout: 60_000 }).toBe(true);
  await client.warm();
  const prompt = { messageId: 'msg_1', textPartId: 'prt_1', text: 'Hi', files: [], variant: effort };
  await client.prompt(await client.createSession('test'), prompt);
  await expect.poll(() => calls.length, { timeout: 60_000 }).toBeGreaterThan(0);
}

test('the effort reaches OpenAI', async () => {
  await ask({ provider: 'openai', id: 'gpt-5.2' }, 'low');
  expect(calls[0]).toMatchObject({ path: '/v1/responses', body: { reasoning: { effort: 'low' } } });
});

test('the effort reaches a Claude that takes one', async () => {
  await ask({ provider: 'anthropic', id: 'claude-opus-4-6' }, 'high');
  expect(calls[0]).toMatchObject({
    path: '/v1/messages',
    body: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
  });
});

test('the effort reaches a Claude that takes a budget', async () => {
  await ask({ provider: 'anthropic', id: 'claude-sonnet-4-5', outputTokens: 64_000 }, 'medium');
  expect(calls[0]).toMatchObject({ body: { thinking: { type: 'enabled', budget_tokens: 10_000 } } });
});

test('without an effort nothing is said of it', async () => {
  await ask({ provider: 'anthropic', id: 'claude-sonnet-4-5' }, null);
  expect(JSON.stringify(calls[0]!.body)).not.toMatch(/"thinking"|"effort"/);
});
