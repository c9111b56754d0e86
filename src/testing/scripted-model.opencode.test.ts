import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { startOpenCode, type OpenCodeServer } from '@/testing/opencode-server';
import { startScriptedModel, type ScriptedModel } from '@/testing/scripted-model';
import { call, createTicks, faults, reply, say, waitFor } from '@/testing/scripted-reply';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let model: ScriptedModel;
let agent: OpenCodeServer;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'scripted-model-'));
  model = await startScriptedModel();
  agent = await startOpenCode({ modelUrl: model.url });
});

afterAll(async () => {
  await agent.close();
  await model.close();
  await rm(directory, { recursive: true, force: true });
});

it('drives the real OpenCode: text, a command, text after its output', async () => {
  model.scriptFor('#plain', ({ toolOutputs }) =>
    toolOutputs.length === 0
      ? reply(say('I look.'), call('bash', { command: 'echo $((40 + 2))' }))
      : reply(say(`It said ${toolOutputs.join()}`)),
  );
  const turn = await agent.prompt('go #plain', { directory });
  const shown = turn.parts.flatMap((part) =>
    ['text', 'tool'].includes(part.type) ? [part.text ?? part.state?.output] : [],
  );
  expect(shown).toEqual(['I look.', '42\n', 'It said 42\n']);
});

it('serves two sessions at once, and a failed request is tried again', async () => {
  const ticks = createTicks();
  model.scriptFor('#slow', [
    reply(
      say('begun, '),
      waitFor(() => ticks.next()),
      say('ended'),
    ),
  ]);
  model.scriptFor('#retried', [faults.rateLimited(1), reply(say('second try'))]);
  const slow = agent.prompt('go #slow', { directory });
  await model.untilRequest((request) => request.prompt === 'go #slow' && !request.isSideCall);
  const retried = await agent.prompt('go #retried', { directory });
  expect(retried.parts.map((part) => part.text)).toContain('second try');
  ticks.release();
  expect((await slow).parts.map((part) => part.text)).toContain('begun, ended');
});

it('shows a refused key as the error of the turn', async () => {
  model.scriptFor('#refused', [faults.unauthorized()]);
  expect((await agent.prompt('go #refused', { directory })).error).toBe('APIError');
});
