import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Ask } from '@/domain/events/ask';
import { SessionState } from '@/domain/session/state';
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

const permission: Ask = { type: 'permission', permission: 'bash', title: 'git push', always: ['git push*'] };
const options = [
  { label: 'Red', description: 'warm' },
  { label: 'Blue', description: '' },
];
const question: Ask = {
  type: 'question',
  questions: [
    { header: 'Colour', question: 'Which colour?', options, isMultiple: false, allowsOwnText: false },
  ],
};

const SessionForked = z.object({ sessionId: z.string(), forkedFrom: z.string() });

async function asking(ask: Ask) {
  const now = await bench.session();
  await now.bridge.report({ kind: 'ask.opened', turnId: now.turnId, askId: 'ask_1', ask, toolPartId: null });
  return now;
}

async function answersIn(sessionId: string): Promise<unknown[]> {
  const rows = await bench.api.db.event.findMany({ where: { sessionId, kind: 'ask.answered' } });
  return rows.map(({ payload, actor }) => ({ payload, actor }));
}

describe('what the agent asks', () => {
  it('is shown in the terminal, answered from it, and everybody sees by whom', async () => {
    const { sessionId, turnId, promptId, bridge } = await asking(question);
    const follower = bench.start(['attach', sessionId, '--until-idle']);
    await follower.says('? Which colour?');
    await follower.says('1. Red: warm');
    const answered = await bench.run('answer', sessionId, 'blue');
    expect(answered.code).toBe(0);
    await follower.says('Ada answered: Blue');
    await bridge.report({ kind: 'ask.applied', turnId, askId: 'ask_1' });
    await bridge.report({ kind: 'prompt.finished', turnId, promptId, outcome: 'completed', reason: null });
    expect(await follower.exited).toBe(0);
    expect(await answersIn(sessionId)).toMatchObject([
      { payload: { answer: { answers: [['Blue']] } }, actor: { name: 'Ada', via: 'cli' } },
    ]);
  });

  it.each([
    [['approve'], { reply: 'once', message: null }],
    [['approve', '--always'], { reply: 'always', message: null }],
    [['deny', 'not', 'on', 'Fridays'], { reply: 'reject', message: 'not on Fridays' }],
  ])('is allowed or denied: %s', async ([command = '', ...rest], answer) => {
    const { sessionId } = await asking(permission);
    expect((await bench.run(command, sessionId, ...rest)).code).toBe(0);
    expect(await answersIn(sessionId)).toMatchObject([{ payload: { answer } }]);
  });

  it('takes no answer that does not fit, and says what would', async () => {
    const { sessionId } = await asking(question);
    const wrong = await bench.run('answer', sessionId, 'green');
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      'dispatch: “Which colour?” takes one of: 1 Red, 2 Blue.\n',
    ]);
    const none = await bench.run('answer', sessionId);
    expect([none.code, none.stderr]).toEqual([2, 'dispatch: It wants an answer: “Which colour?”\n']);
    expect((await bench.run('answer', sessionId, '2')).code).toBe(0);
    const late = await bench.run('answer', sessionId, '1');
    expect([late.code, late.stderr]).toEqual([
      6,
      `dispatch: The agent asks nothing in ${sessionId.slice(0, 8)} now.\n`,
    ]);
  });
});

describe('a word to the running turn', () => {
  it('is steered into it, and shown as read', async () => {
    const { sessionId, turnId, promptId, bridge } = await bench.session();
    const follower = bench.start(['attach', sessionId, '--until-idle']);
    await follower.says('Write a poem');
    const said = await bench.run('steer', sessionId, 'in', 'French', '--json');
    expect(said.code).toBe(0);
    await follower.says('Ada (steering): in French');
    await bridge.report({ kind: 'steer.read', turnId, promptId: said.ids().promptId });
    await follower.says('· the agent read: in French');
    await bridge.report({ kind: 'prompt.finished', turnId, promptId, outcome: 'completed', reason: null });
    expect(await follower.exited).toBe(0);
    const verified = await bench.run('verify', sessionId, '--json');
    expect([verified.code, verified.result()]).toMatchObject([0, { differences: [], digests: 1 }]);
  });

  it('can stop the turn and go next', async () => {
    const { sessionId } = await bench.session();
    const said = await bench.run('steer', sessionId, '--interrupt', 'something else', '--json');
    const row = await bench.api.db.session.findUniqueOrThrow({ where: { id: sessionId } });
    const state = SessionState.parse(row.state);
    expect(state.running?.isStopRequested).toBe(true);
    expect(state.queue.map(({ promptId }) => promptId)).toEqual([said.ids().promptId]);
  });

  it('is kept in a file when nothing runs', async () => {
    const { sessionId, turnId, promptId, bridge } = await bench.session();
    await bridge.report({ kind: 'prompt.finished', turnId, promptId, outcome: 'completed', reason: null });
    const said = await bench.run('steer', sessionId, 'in French');
    expect(said.code).toBe(6);
    expect(said.stderr).toContain('Your prompt is kept in');
    expect(said.stderr).toContain('Send it as a prompt: dispatch send.');
  });
});

describe('around the agent', () => {
  it('people comment, and everybody sees it, on which line and by whom', async () => {
    const { sessionId } = await bench.session();
    const follower = bench.start(['attach', sessionId]);
    expect((await bench.run('comment', sessionId, '--on', 'src/a.ts:12', 'is', 'this', 'right?')).code).toBe(
      0,
    );
    await follower.says('Ada commented on src/a.ts:12');
    await follower.says('is this right?');
    follower.process.kill('SIGINT');
    expect(await follower.exited).toBe(130);
    expect((await bench.run('comment', sessionId, '--on', 'nowhere', 'x')).code).toBe(2);
  });

  it('a budget is set, told, and taken away', async () => {
    const { sessionId } = await bench.session();
    expect((await bench.run('budget', sessionId, '2.50')).stdout).toContain('of $2.50');
    expect((await bench.run('budget', sessionId)).stdout).toContain('of $2.50');
    expect((await bench.run('budget', sessionId, 'none')).stdout).toContain('no limit');
    const refused = await bench.run('budget', sessionId, 'much');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('such as 2.50');
  });

  it('a session is forked, and says from where it carries on', async () => {
    const { sessionId } = await bench.session();
    const { stdout, code } = await bench.run('fork', sessionId, '--json');
    expect(code).toBe(0);
    const forked = SessionForked.parse(JSON.parse(stdout));
    expect(forked.forkedFrom).toBe(sessionId);
    expect((await bench.run('logs', forked.sessionId)).stdout).toContain('carries on from');
    expect((await bench.run('logs', sessionId)).stdout).toContain('Forked into');
  });
});
