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
import { call, createTicks, faults, reply, say, stall, waitFor } from '@/testing/scripted-reply';
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

describe('kill -9', () => {
  test('of the bridge: the same turn goes on, its text is whole and nothing is told twice', async () => {
    const ticks = createTicks();
    model.script([
      reply(
        say('Before the kill, '),
        waitFor(() => ticks.next()),
        say('after it. '),
        call('bash', { command: 'echo one', description: 'one' }),
      ),
      reply(say('And the end.')),
    ]);
    await start();
    const only = prompt('Go on whatever happens');
    server.send(only);
    await server.until(() => [...server.partTexts.values()].find((text) => text.startsWith('Before')));
    expect(sandbox.kill('bridge')).toBe(1);
    await server.until(() => (server.boots.length === 2 ? true : undefined));
    ticks.release();
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    expect(texts(only)).toEqual(['Before the kill, after it. ', 'And the end.']);
    expect(doubled()).toEqual([]);
    expect(model.unexpected).toEqual([]);
    expect(server.boots[0]).toEqual(server.boots[1]);
    expect(server.of('prompt.delivered')).toHaveLength(1);
    expect(server.of('sandbox.phase').map(({ phase }) => phase)).toEqual([
      'cloning',
      'agent_starting',
      'ready',
    ]);
  });

  test('of the bridge, again and again while text is written: nothing is lost or doubled', async () => {
    const words = Array.from({ length: 60 }, (_, index) => `w${index} `);
    model.script([
      reply(
        say(words.join(''), { chunkChars: 4, delayMs: 60 }),
        call('bash', { command: 'echo x', description: 'x' }),
      ),
      reply(say(words.join(''), { chunkChars: 4, delayMs: 60 })),
    ]);
    await start();
    const only = prompt('Write much');
    server.send(only);
    await server.untilEvent('prompt.delivered');
    for (let kills = 0; kills < 3; kills += 1) {
      const boots = server.boots.length;
      sandbox.kill('bridge');
      await server.until(() => (server.boots.length > boots ? true : undefined));
    }
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    expect(texts(only)).toEqual([words.join(''), words.join('')]);
    expect(doubled()).toEqual([]);
  });

  test('of the agent: the turn ends as interrupted with its text, and a retry works', async () => {
    model.script([reply(say('Half of it '), stall), reply(say('Now whole.'))]);
    await start();
    const first = prompt('Try');
    server.send(first);
    await server.until(() => [...server.partTexts.values()].find((text) => text === 'Half of it '));
    const killedAt = Date.now();
    expect(sandbox.kill('agent')).toBe(1);
    expect(await finished(first)).toMatchObject({ outcome: 'interrupted', reason: { code: 'agent_died' } });
    expect(Date.now() - killedAt).toBeLessThan(15_000);
    expect(texts(first)).toEqual(['Half of it ']);
    const second = { ...prompt('Try'), promptId: first.promptId, attempt: 2 };
    server.send(second);
    expect(await finished(second)).toMatchObject({ outcome: 'completed' });
    expect(texts(second)).toEqual(['Now whole.']);
    expect(server.of('sandbox.phase').map(({ phase }) => phase)).toContain('agent_restarted');
    expect(doubled()).toEqual([]);
  });

  test('of bridge and agent at once: interrupted, with the text as far as it was noted', async () => {
    model.script([reply(say('Noted '), stall)]);
    await start();
    const only = prompt('Try');
    server.send(only);
    await server.until(() => [...server.partTexts.values()].find((text) => text === 'Noted '));
    sandbox.kill('bridge');
    sandbox.kill('agent');
    expect(await finished(only)).toMatchObject({ outcome: 'interrupted' });
    expect(texts(only)).toEqual(['Noted ']);
    expect(doubled()).toEqual([]);
  });

  test('of a silent command’s agent leaves no process behind', async () => {
    const mark = `7${process.pid}`;
    model.script([reply(call('bash', { command: `sleep ${mark}`, description: 'sleep' }))]);
    await start();
    const only = prompt('Sleep');
    server.send(only);
    await server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    sandbox.kill('agent');
    expect(await finished(only)).toMatchObject({ outcome: 'interrupted' });
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(`sleep ${mark}`);
  });
});

describe('stop', () => {
  test('ends a turn in the middle of a tool, and the next prompt works', async () => {
    model.script([
      reply(
        say('Counting. '),
        call('bash', {
          command: 'for i in $(seq 1 99); do echo tick $i; sleep 1; done',
          description: 'count',
        }),
      ),
      reply(say('Second.')),
    ]);
    await start();
    const first = prompt('Count');
    server.send(first);
    await server.until(() => [...server.partTexts.values()].find((text) => text.includes('tick 2')));
    server.send({ type: 'stop', turnId: first.turnId });
    expect(await finished(first)).toMatchObject({ outcome: 'stopped', reason: null });
    const tool = server.of('part.finished').find(({ part }) => part.type === 'tool');
    expect(tool!.part).toMatchObject({ tool: 'bash' });
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain('seq 1 99');
    const second = prompt('Again');
    server.send(second);
    expect(await finished(second)).toMatchObject({ outcome: 'completed' });
    expect(texts(second)).toEqual(['Second.']);
    expect(doubled()).toEqual([]);
  });

  test('of another turn is ignored', async () => {
    const ticks = createTicks();
    model.script([
      reply(
        say('One '),
        waitFor(() => ticks.next()),
        say('two.'),
      ),
    ]);
    await start();
    const only = prompt('Go');
    server.send(only);
    await server.untilEvent('prompt.delivered');
    const n = server.send({ type: 'stop', turnId: prompt('never sent').turnId });
    await server.until(() => server.syncs.find(({ ackedCommand }) => ackedCommand === n));
    ticks.release();
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
  });

  test('while the sandbox still boots ends the prompt at once, and it never runs', async () => {
    model.script([reply(say('Second.'))]);
    await start();
    const first = prompt('First');
    server.send(first);
    server.send({ type: 'stop', turnId: first.turnId });
    expect(await finished(first)).toMatchObject({ outcome: 'stopped' });
    expect(server.of('sandbox.phase').map(({ phase }) => phase)).not.toContain('ready');
    const second = prompt('Second');
    server.send(second);
    await finished(second);
    expect(server.of('prompt.delivered').map(({ turnId }) => turnId)).toEqual([second.turnId]);
  });
});

describe('the way to the server', () => {
  test('gone for three seconds in the middle of a turn: nothing is lost', async () => {
    const ticks = createTicks();
    model.script([
      reply(say('Up. '), call('bash', { command: 'sleep 4; echo awake', description: 'wait' })),
      reply(
        waitFor(() => ticks.next()),
        say('Up again.'),
      ),
    ]);
    await start();
    const only = prompt('Go');
    server.send(only);
    await server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    await server.down();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await server.up();
    ticks.release();
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    expect(texts(only)).toEqual(['Up. ', 'Up again.']);
    expect(doubled()).toEqual([]);
  });

  test('answers lost, requests refused for a moment: every event is stored once', async () => {
    model.script([
      reply(say('One. '), call('bash', { command: 'echo 1', description: 'x' })),
      reply(say('Two.')),
    ]);
    await start();
    let calls = 0;
    server.fault = ({ path }) => {
      if (path !== '/api/sandbox/sync') return null;
      calls += 1;
      return calls % 3 === 0 ? 503 : calls % 3 === 1 ? 'drop' : null;
    };
    const only = prompt('Go');
    server.send(only);
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    expect(texts(only)).toEqual(['One. ', 'Two.']);
    expect(doubled()).toEqual([]);
  });

  test('a prompt that is delivered twice is one turn', async () => {
    model.script([reply(say('Once.'))]);
    await start();
    const only = prompt('Go');
    server.send(only);
    server.send(only);
    await finished(only);
    const n = server.send(only);
    await server.until(() => server.syncs.find(({ ackedCommand }) => ackedCommand === n));
    const next = prompt('Next');
    model.script([reply(say('Next.'))]);
    server.send(next);
    await finished(next);
    expect(server.of('prompt.finished')).toHaveLength(2);
    expect(texts(only)).toEqual(['Once.']);
    expect(doubled()).toEqual([]);
  });

  test('a batch that is too large is split, and an event that never fits is told as unknown', async () => {
    const output = 'x'.repeat(15_000);
    model.script([
      reply(call('bash', { command: `echo start; printf '${output}'`, description: 'much' })),
      reply(say('Small.')),
    ]);
    await start();
    server.fault = ({ path, sizeBytes }) => (path === '/api/sandbox/sync' && sizeBytes > 12_000 ? 413 : null);
    const only = prompt('Go');
    server.send(only);
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    expect(texts(only)).toEqual(['Small.']);
    expect(server.of('unknown').map(({ was }) => was)).toContain('part.finished');
  });

  test('an epoch that is over ends the sandbox, whatever runs in it', async () => {
    model.script([reply(say('Half '), stall)]);
    await start();
    const only = prompt('Go');
    server.send(only);
    await server.untilEvent('prompt.delivered');
    server.fault = ({ path }) => (path === '/api/sandbox/sync' ? 409 : null);
    server.send({ type: 'stop', turnId: prompt('x').turnId });
    expect(await sandbox.exited()).toBe(78);
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(root);
  });
});

describe('what is said', () => {
  test('poison in a tool’s output is made harmless, and a long output is kept whole beside the event', async () => {
    const script = `process.stdout.write('nul:\\0 end\\n' + 'y'.repeat(40000) + 'tail')`;
    model.script([
      reply(call('bash', { command: `node -e "${script}"`, description: 'poison' })),
      reply(say('Half a pair: \ud83d and a nul: \u0000.')),
    ]);
    await start();
    const only = prompt('Go');
    server.send(only);
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    const tool = server.of('part.finished').flatMap(({ part }) => (part.type === 'tool' ? [part] : []))[0]!;
    expect(tool.output.length).toBeLessThan(17_000);
    expect(tool.output).toContain('characters left out');
    expect(tool.output).not.toContain('\0');
    expect(server.blobs.get(tool.outputBlob!.key)!.toString()).toContain('tail');
    expect(texts(only)[0]).toContain('a nul: \uFFFD');
    expect(server.of('unknown')).toEqual([]);
  });

  test('an output that can’t be uploaded is told all the same', async () => {
    model.script([
      reply(call('bash', { command: `node -e "console.log('z'.repeat(30000))"`, description: 'long' })),
      reply(say('Done.')),
    ]);
    await start();
    server.fault = ({ path }) => (path === '/api/sandbox/uploads' ? 403 : null);
    const only = prompt('Go');
    server.send(only);
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    const tool = server.of('part.finished').find(({ part }) => part.type === 'tool')!;
    expect(tool.part).toMatchObject({ outputBlob: null });
  });

  test.each([
    ['a key that is refused', () => faults.unauthorized(), 'model_key_refused'],
    ['a limit that will not end soon', () => faults.rateLimited(1), 'model_rate_limited'],
  ])('%s fails the turn with a reason for people', async (_what, fault, code) => {
    model.script(() => fault());
    await start();
    const only = prompt('Go');
    server.send(only);
    expect(await finished(only)).toMatchObject({ outcome: 'failed', reason: { code } });
  });

  test('a retry of the model is told, and what a cut stream said is not said twice', async () => {
    model.script([faults.dropAfter('Said before the cut. '), reply(say('Said in full.'))]);
    await start();
    const only = prompt('Go');
    server.send(only);
    expect(await finished(only)).toMatchObject({ outcome: 'completed' });
    expect(server.of('turn.retrying')).toHaveLength(1);
    expect(texts(only).join('')).toBe('Said in full.');
    expect(doubled()).toEqual([]);
  });
});

describe('the life of a sandbox', () => {
  test('a branch that is not there fails the start in words, and the sandbox ends', async () => {
    await start({ baseBranch: 'nope' });
    const failed = await server.untilEvent('sandbox.phase', ({ phase }) => phase === 'failed');
    expect(failed.reason).toMatchObject({ code: 'branch_missing' });
    expect(await sandbox.exited()).toBe(0);
  });

  test('an agent that does not start fails the start in words', async () => {
    const origin = makeRepository(root, { 'README.md': 'x\n' });
    const options = { boot: bootFor(origin), epoch: 1, token: SANDBOX_TOKEN, modelUrl: model.url };
    server = await StandInServer.start(options);
    const env = { OPENCODE_BIN: '/nowhere/opencode' };
    sandbox = new BridgeSandbox({ programs, root, serverUrl: server.url, env });
    const failed = await server.untilEvent('sandbox.phase', ({ phase }) => phase === 'failed');
    expect(failed.reason).toMatchObject({ code: 'agent_start_failed' });
  });

  test('a shutdown ends the running turn, keeps its work and ends the sandbox', async () => {
    model.script([reply(call('bash', { command: 'echo kept > kept.txt; sleep 60', description: 'x' }))]);
    await start();
    const only = prompt('Go');
    server.send(only);
    await server.untilEvent('part.started', ({ part }) => part.type === 'tool');
    server.send({ type: 'shutdown' });
    expect(await sandbox.exited()).toBe(0);
    expect(server.of('prompt.finished')).toMatchObject([{ turnId: only.turnId, outcome: 'stopped' }]);
    expect(server.of('diff.changed')[0]!.files.map(({ path }) => path)).toEqual(['kept.txt']);
    expect(server.events.at(-1)).toMatchObject({ kind: 'sandbox.phase', phase: 'ended' });
  });

  test('a next life on the same disk goes on with the same conversation and repository', async () => {
    model.script([reply(say('First life.'))]);
    await start();
    const first = prompt('Remember 4711');
    server.send(first);
    await finished(first);
    sandbox.terminate();
    expect(await sandbox.exited()).toBe(0);
    await server.down();

    const origin = join(root, 'origin');
    const options = { boot: bootFor(origin), epoch: 2, token: SANDBOX_TOKEN, modelUrl: model.url };
    server = await StandInServer.start(options);
    sandbox = new BridgeSandbox({ programs, root, serverUrl: server.url, epoch: 2 });
    model.script([reply(say('Second life.'))]);
    const second = prompt('What was it?');
    server.send(second);
    expect(await finished(second)).toMatchObject({ outcome: 'completed' });
    expect(server.of('sandbox.phase').map(({ phase }) => phase)).toEqual(['agent_starting', 'ready']);
    expect(JSON.stringify(model.requests.at(-1)!.body.messages)).toContain('4711');
    expect(server.syncs[0]).toMatchObject({ epoch: 2, first: 1 });
  });
});
