import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BlobKey, PartId, PromptId, SessionId } from '@/domain/ids';
import { CliBench } from '@/testing/cli-bench';
import { useDatabase } from '@/testing/database';

// Each test starts several processes, which a busy machine does slowly.
vi.setConfig({ testTimeout: 60_000 });

const database = useDatabase();
let bench: CliBench;

beforeAll(async () => {
  bench = await CliBench.start(database.url);
});
afterAll(() => bench.close());
beforeEach(() => bench.signIn());

const part = PartId.parse('prt_1');

describe('a prompt from the terminal', () => {
  it('is shown as it is worked on, and its end is the end and the exit code of the command', async () => {
    const { sessionId, promptId, turnId, bridge } = await bench.session();
    const follower = bench.start(['attach', sessionId.slice(0, 8), '--until-idle']);
    await follower.says('Write a poem');
    await bridge.report(
      { kind: 'part.started', turnId, partId: part, part: { type: 'text' } },
      { kind: 'part.finished', turnId, partId: part, part: { type: 'text', text: 'Roses are red' } },
    );
    await follower.says('Roses are red');
    await bridge.report({ kind: 'prompt.finished', turnId, promptId, outcome: 'completed', reason: null });
    expect(await follower.exited).toBe(0);
    expect(follower.stdout).toContain('✓ completed');
  });

  it.each([
    ['failed', 10],
    ['stopped', 11],
    ['interrupted', 12],
  ] as const)('that ends as %s makes the command exit with %i, and JSON says why', async (outcome, code) => {
    const command = bench.start(['run', `ends as ${outcome}`, '--repo', 'demo', '--json']);
    await command.says('session ');
    await command.says('a sandbox is requested');
    const row = await bench.api.db.prompt.findFirstOrThrow({ where: { text: `ends as ${outcome}` } });
    const [promptId, sessionId] = [PromptId.parse(row.id), SessionId.parse(row.sessionId)];
    const { bridge, turnId } = await bench.deliver(sessionId, promptId);
    const reason = { code: 'x', message: 'Because.' };
    await bridge.report({
      kind: 'prompt.finished',
      turnId,
      promptId,
      outcome,
      reason,
    });
    expect(await command.exited).toBe(code);
    expect(command.result()).toMatchObject({ ok: false, outcome, reason });
  });

  it('comes from standard input too', async () => {
    const command = bench.start(['run', '--repo', 'demo', '--detach', '--json'], { input: 'from a file\n' });
    expect(await command.exited).toBe(0);
    const row = await bench.api.db.prompt.findFirstOrThrow({ where: { sessionId: command.ids().sessionId } });
    expect(row.text).toBe('from a file');
  });

  it('is kept in a file when it could not be sent, and the message says where', async () => {
    const command = bench.start(['run', 'precious words', '--repo', 'demo', '--branch', 'nope', '--json']);
    expect(await command.exited).toBe(5);
    expect(command.result()).toMatchObject({ ok: false, code: 'branch_not_found' });
    const path = /kept in (\S+);/.exec(command.stderr)![1]!;
    expect(readFileSync(path, 'utf8')).toBe('precious words');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is one prompt, however often it has to be sent', async () => {
    const { sessionId } = await bench.session();
    bench.api.brokenWith = 503;
    const requests = bench.api.requests;
    const command = bench.start(['send', sessionId, 'again', '--json']);
    while (bench.api.requests === requests) await new Promise((resolve) => setImmediate(resolve));
    bench.api.brokenWith = null;
    expect(await command.exited).toBe(0);
    const rows = await bench.api.db.prompt.findMany({ where: { sessionId, text: 'again' } });
    expect(rows).toHaveLength(1);
  });
});

describe('two terminals on one session', () => {
  it('show the same text, and end with the same seq and digest, also when one joins in mid-part', async () => {
    const { sessionId, promptId, turnId, bridge } = await bench.session();
    const first = bench.start(['attach', sessionId, '--until-idle', '--json']);
    await first.says('Write a poem');
    await bridge.report({ kind: 'part.started', turnId, partId: part, part: { type: 'text' } });
    await bridge.write({ turnId, partId: part, offset: 0, text: 'Roses ' });
    await bridge.store({ turnId, partId: part, offset: 0, text: 'Roses ', isReplacement: false });
    const second = bench.start(['attach', sessionId, '--until-idle', '--json']);
    await second.says('Write a poem');
    await bridge.report(
      { kind: 'part.finished', turnId, partId: part, part: { type: 'text', text: 'Roses are red' } },
      { kind: 'prompt.finished', turnId, promptId, outcome: 'completed', reason: null },
    );
    expect(await Promise.all([first.exited, second.exited])).toEqual([0, 0]);
    expect(second.stderr).toBe(first.stderr);
    expect(first.stderr).toContain('Roses are red');
    expect(second.result()).toEqual(first.result());
    const status = await bench.run('status', sessionId, '--json');
    expect(status.result()['digest']).toMatchObject({ verdict: 'same' });
  });
});

describe('leaving', () => {
  it('by Ctrl-C says so, stops nothing, and says how to come back', async () => {
    const { sessionId } = await bench.session();
    const command = bench.start(['attach', sessionId, '--json']);
    await command.says('Write a poem');
    command.process.kill('SIGINT');
    expect(await command.exited).toBe(130);
    expect(command.stderr).toContain(`dispatch attach ${sessionId.slice(0, 8)}`);
    expect(command.result()).toMatchObject({ ok: false, sessionId });
    expect(await bench.runningTurn(sessionId)).toBeTruthy();
  });
});

describe('stop and retry', () => {
  it('name the turn that runs, and the newest prompt that can be tried again', async () => {
    const { sessionId, promptId, turnId, bridge } = await bench.session();
    expect((await bench.run('stop', sessionId, '--json')).result()).toMatchObject({ ok: true, turnId });
    await bridge.report({ kind: 'prompt.finished', turnId, promptId, outcome: 'stopped', reason: null });
    expect((await bench.run('stop', sessionId)).code).toBe(6);
    expect((await bench.run('retry', sessionId, '--json')).result()).toMatchObject({ ok: true, promptId });
    expect((await bench.run('retry', sessionId)).code).toBe(6);
  });
});

describe('the log', () => {
  it('is one event a line, from any place, and follows what comes', async () => {
    const { sessionId, turnId, bridge } = await bench.session();
    const whole = await bench.run('logs', sessionId, '--json');
    const lines = whole.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const head = Number(whole.result()['head']);
    expect(lines.slice(0, -1)).toEqual(
      Array.from({ length: head }, (_, index) => expect.objectContaining({ seq: index + 1 }) as unknown),
    );
    const follower = bench.start(['logs', sessionId, '--json', '--follow', '--since', String(head)]);
    await bridge.report({ kind: 'turn.compacted', turnId });
    await follower.says('turn.compacted');
    follower.process.kill('SIGINT');
    expect(await follower.exited).toBe(0);
    expect(follower.stdout.match(/"seq"/g)).toHaveLength(1);
  });
});

describe('the change', () => {
  it('is printed byte by byte on a pipe, and as a list with --stat', async () => {
    const { sessionId, turnId, bridge } = await bench.session();
    expect((await bench.run('apply', sessionId)).code).toBe(2);
    const patch = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\u001b[31m\n+y\n';
    const key = BlobKey.parse(`${sessionId}/patch/1`);
    bench.api.blobs.set(`/blobs/${key}`, patch);
    await bridge.report({
      ...{ kind: 'diff.changed', turnId, baseSha: 'a'.repeat(40), headSha: 'b'.repeat(40), bundle: null },
      files: [{ path: 'x\u001b[2J', status: 'modified', additions: 1, deletions: 1, binary: false }],
      patch: { key, sizeBytes: patch.length },
    });
    expect((await bench.run('diff', sessionId)).stdout).toBe(patch);
    expect((await bench.run('diff', sessionId, '--stat')).stdout).toBe('M  +1 −1           x␛[2J\n');
    expect((await bench.run('diff', sessionId, '--json')).result()).toMatchObject({ ok: true, patch });
  });
});
