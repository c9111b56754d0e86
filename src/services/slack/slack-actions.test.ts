import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSession } from '@/db/sessions';
import type { Ask } from '@/domain/events/ask';
import type { SessionId } from '@/domain/ids';
import type { MessageRow } from '@/embedded/slack/slack-tables';
import type { Caller } from '@/services/caller';
import { useDeps } from '@/testing/deps';
import { SlackTeam } from '@/testing/slack-team';
import { textOf } from '@/testing/slack-world';
import { callAs, newCommandId, newPerson, newPromptId } from '@/testing/test-session';

const world = useDeps();
let team: SlackTeam;

beforeEach(async () => {
  team = await SlackTeam.start(world.current);
});
afterEach(() => team.slack.close());

const as = (caller: Caller) => callAs(world.current, caller);
const last = (ts: string): MessageRow => team.slack.told(ts).at(-1) ?? expect.unreachable();
const state = async (id: SessionId) => (await findSession(world.current.db, id))?.state;

const PERMISSION: Ask = { type: 'permission', permission: 'bash', title: 'rm -rf build', always: ['rm *'] };
const option = (label: string) => ({ label, description: '' });
const question = (more: object = {}) => ({
  ...{ header: 'Tabs', question: 'Tabs or spaces?', options: [option('Tabs'), option('Spaces')] },
  ...{ isMultiple: false, allowsOwnText: false, ...more },
});

/** A thread in which the agent asks. */
async function asked(ask: Ask) {
  const running = await team.running();
  const { turnId } = running.turn;
  await running.bridge.say({ kind: 'ask.opened', turnId, askId: 'ask_1', ask, toolPartId: null });
  await team.slack.settle();
  return running;
}

async function answerOf(sessionId: SessionId): Promise<unknown> {
  const { events } = await as(team.ada).events.after({ sessionId, after: 0 });
  return events.flatMap(({ event }) => (event.kind === 'ask.answered' ? [event.answer] : [])).at(0);
}

describe('a permission', () => {
  it.each(['once', 'always', 'reject'])('is answered by its button: %s', async (reply) => {
    const { threadTs, sessionId } = await asked(PERMISSION);
    await team.slack.pressButton('ada', last(threadTs), `answer:${reply}`);
    expect(await answerOf(sessionId)).toMatchObject({ type: 'permission', reply });
    expect(textOf(last(threadTs))).toContain('*Ada* from Slack');
    expect(textOf(last(threadTs))).not.toContain('dispatch:answer');
  });

  it('is answered once: who comes second is told so, and the card shows who was first and from where', async () => {
    const { threadTs, sessionId } = await asked(PERMISSION);
    await team.slack.link('ben', team.ben);
    const card = { ...last(threadTs) };
    const answer = { type: 'permission', reply: 'reject', message: null } as const;
    const given = { sessionId, commandId: newCommandId(), askId: 'ask_1' as never, promptId: newPromptId() };
    await as(team.ada).asks.answer({ ...given, answer });
    await team.slack.pressButton('ben', card, 'answer:once');
    expect(await answerOf(sessionId)).toMatchObject({ reply: 'reject' });
    expect(textOf(team.slack.whispers('ben').at(-1) ?? card)).toContain('Somebody answered this before');
    expect(textOf(last(threadTs))).toContain('*Ada* from the web');
  });
});

describe('a question', () => {
  it('with few answers is answered by a button', async () => {
    const { threadTs, sessionId } = await asked({ type: 'question', questions: [question()] });
    await team.slack.pressButton('ada', last(threadTs), 'answer:1');
    expect(await answerOf(sessionId)).toEqual({ type: 'question', answers: [['Spaces']] });
    expect(textOf(last(threadTs))).toContain('Spaces');
  });

  it('with several parts is answered by selects and in own words', async () => {
    const questions = [question({ isMultiple: true }), question({ options: [], allowsOwnText: true })];
    const { threadTs, sessionId } = await asked({ type: 'question', questions });
    const card = last(threadTs);
    const state = {
      'choice-0': { 'dispatch:field': { selected_options: [{ value: '0' }, { value: '1' }] } },
      'text-1': { 'dispatch:field': { value: 'whatever fits' } },
    };
    const value = JSON.stringify({ s: sessionId, a: 'ask_1', r: 'send' });
    await team.slack.press('ada', { ts: card.ts, actionId: 'dispatch:answer:send', value, state });
    expect(await answerOf(sessionId)).toEqual({
      type: 'question',
      answers: [['Tabs', 'Spaces'], ['whatever fits']],
    });
  });

  it('that is not answered in full is not answered', async () => {
    const { threadTs, sessionId } = await asked({
      type: 'question',
      questions: [question({ isMultiple: true })],
    });
    await team.slack.pressButton('ada', last(threadTs), 'answer:send');
    expect(await answerOf(sessionId)).toBeUndefined();
    expect(textOf(team.slack.whispers('ada').at(-1) ?? last(threadTs))).toContain('Answer each question');
  });
});

describe('a turn', () => {
  it('is stopped and retried by its buttons', async () => {
    const { threadTs, sessionId, bridge, turn } = await team.running();
    await team.slack.pressButton('ada', last(threadTs), 'stop');
    expect((await state(sessionId))?.running?.isStopRequested).toBe(true);
    const { promptId, turnId } = turn;
    await bridge.say({ kind: 'prompt.finished', promptId, turnId, outcome: 'stopped', reason: null });
    await team.slack.settle();
    expect(textOf(last(threadTs))).toContain('Stopped');
    await team.slack.pressButton('ada', last(threadTs), 'retry');
    expect((await state(sessionId))?.running).toMatchObject({ promptId, attempt: 2 });
  });

  it('is not stopped by somebody without the right, who is told why', async () => {
    const { threadTs, sessionId } = await team.running();
    const stranger = await newPerson(world.current, { name: 'Carol' });
    await team.slack.link('carol', stranger);
    await team.slack.pressButton('carol', last(threadTs), 'stop');
    expect((await state(sessionId))?.running?.isStopRequested).toBe(false);
    expect(textOf(team.slack.whispers('carol').at(-1) ?? last(threadTs))).toContain('There is no session');
  });
});

describe('the repository', () => {
  it('is asked for by a searchable select where nothing says which, and the session starts with the choice', async () => {
    const other = await team.addRepository('acme/api');
    const threadTs = await team.slack.say('ada', '@Dispatch fix it');
    expect(team.slack.told(threadTs)).toEqual([]);
    const [, actionId = ''] =
      /"(dispatch:pick:[^"]+)"/.exec(textOf(team.slack.whispers('ada').at(-1) ?? last(threadTs))) ?? [];
    const { ts } = team.slack.whispers('ada').at(-1) ?? last(threadTs);
    expect(await team.slack.options('ada', { ts, actionId, value: 'api' })).toEqual(['acme/api']);
    expect(await team.slack.options('ben', { ts, actionId, value: 'api' })).toEqual([]);
    await team.slack.press('ada', { ts, actionId, selected: other.id });
    expect(textOf(team.slack.told(threadTs)[0] ?? last(threadTs))).toContain('acme/api');
  });

  it('is the channel’s, else the one that the words name', async () => {
    await team.addRepository('acme/api');
    const named = await team.slack.say('ada', '@Dispatch fix the login in acme/api');
    expect(textOf(team.slack.told(named)[0] ?? last(named))).toContain('acme/api');
    await team.slack.command('ada', 'use acme/web');
    const plain = await team.slack.say('ada', '@Dispatch fix the login');
    expect(textOf(team.slack.told(plain)[0] ?? last(plain))).toContain('acme/web');
  });

  it('can be changed until the first turn starts, in the same thread', async () => {
    const other = await team.addRepository('acme/api');
    const threadTs = await team.slack.say('ada', '@Dispatch fix the login in acme/web');
    const before = await team.sessionIn(threadTs);
    const [head] = team.slack.told(threadTs);
    const actionId = `dispatch:change:${before}`;
    await team.slack.press('ada', { ts: head?.ts ?? '', actionId, selected: other.id });
    const after = await team.sessionIn(threadTs);
    expect(after).not.toBe(before);
    expect((await state(before))?.isArchived).toBe(true);
    expect(team.slack.told(threadTs).map(textOf).join()).toContain('acme/api');
  });
});
