import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EventOf } from '@/domain/events/session-event';
import { PromptId, TurnId } from '@/domain/ids';
import type { BootResponse, PromptCommand } from '@/domain/wire/bridge';
import { BridgeSandbox, bootFor, makeRepository, SANDBOX_TOKEN } from '@/testing/bridge-sandbox';
import { type ScriptedModel, startScriptedModel } from '@/testing/scripted-model';
import { call, reply, say } from '@/testing/scripted-reply';
import { StandInServer } from '@/testing/stand-in-server';
import { buildSandbox } from '../image/build';

let programs: string;
let model: ScriptedModel;
let root: string;
let server: StandInServer;
let sandbox: BridgeSandbox;

let prompts = 0;
/** A prompt with ids in OpenCode's form: 12 hex digits of time, then 14 characters. */
function prompt(text: string): PromptCommand {
  prompts += 1;
  const id = `${(Date.now() * 0x1000 + prompts).toString(16).slice(-12)}${String(prompts).padStart(14, '0')}`;
  const uuid = (kind: string): string => `00000000-0000-4000-8${kind}-${String(prompts).padStart(12, '0')}`;
  return {
    type: 'prompt',
    promptId: PromptId.parse(uuid('001')),
    turnId: TurnId.parse(uuid('002')),
    attempt: 1,
    messageId: `msg_${id}`,
    textPartId: `prt_${id}`,
    text,
    author: { name: 'Ada', email: 'ada@example.com' },
  };
}

async function start(change: Partial<BootResponse> = {}): Promise<void> {
  const origin = makeRepository(root, { 'README.md': 'hello\n', 'AGENTS.md': 'Always say xyzzy.\n' });
  server = await StandInServer.start({
    boot: bootFor(origin, change),
    epoch: 1,
    token: SANDBOX_TOKEN,
    modelUrl: model.url,
  });
  sandbox = new BridgeSandbox({ programs, root, serverUrl: server.url });
}

function finished(command: PromptCommand): Promise<EventOf<'prompt.finished'>> {
  return server.untilEvent('prompt.finished', (event) => event.turnId === command.turnId);
}

/** The turn's texts in their order, as a reader of the log has them at the end. */
function texts(command: PromptCommand): string[] {
  return server
    .of('part.finished')
    .flatMap(({ turnId, part }) => (turnId === command.turnId && part.type === 'text' ? [part.text] : []));
}

/** Parts that were told to start or end more than once; every test wants none. */
function doubled(): string[] {
  const keys = [...server.of('part.started'), ...server.of('part.finished')].map(
    (event) => `${event.kind} ${event.partId}`,
  );
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), 'dispatch-programs-'));
  await buildSandbox(programs);
  model = await startScriptedModel();
});
afterAll(async () => {
  await model.close();
  rmSync(programs, { recursive: true, force: true });
});
beforeEach(() => {
  root = BridgeSandbox.folder();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.log(sandbox.output, server.events.slice(-12));
  await sandbox.close();
  await server.down();
});

describe('a turn', () => {
  test('streams text, runs a tool, commits the change and says so before its end', async () => {
    model.script([
      reply(
        say('I look. ', { chunkChars: 3, delayMs: 20 }),
        call('bash', { command: 'echo hi > new.txt', description: 'write' }),
      ),
      reply(say('All done, 😀 and more.', { chunkChars: 4, delayMs: 150 })),
    ]);
    await start();
    const first = prompt('Write a file');
    server.send(first);
    expect(await finished(first)).toMatchObject({ outcome: 'completed', reason: null });

    expect(server.of('sandbox.phase').map(({ phase }) => phase)).toEqual([
      'cloning',
      'agent_starting',
      'ready',
    ]);
    expect(texts(first)).toEqual(['I look. ', 'All done, 😀 and more.']);
    expect(doubled()).toEqual([]);
    const kinds = server.events.map(({ kind }) => kind);
    expect(kinds.indexOf('diff.changed')).toBeLessThan(kinds.indexOf('prompt.finished'));
    const [change] = server.of('diff.changed');
    expect(change!.files).toEqual([
      { path: 'new.txt', status: 'added', additions: 1, deletions: 0, binary: false },
    ]);
    expect(server.blobs.get(change!.patch!.key)!.toString()).toContain('+hi');
    const log = execFileSync('git', ['log', '-1', '--format=%an|%s|%H'], { cwd: sandbox.repository });
    expect(log.toString().trim()).toBe(`Ada|Write a file|${change!.headSha}`);
    expect(server.deltas.map(({ text }) => text).join('')).toContain('😀');
    expect(model.requests[0]!.systemText).toContain('xyzzy');
    expect(server.modelCalls[0]!.headers['authorization']).toBe(`Bearer ${SANDBOX_TOKEN}`);
  });
});
