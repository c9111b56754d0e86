import { describe, expect, it } from 'vitest';
import type { Outcome } from '@/domain/events/session-event';
import { AskId, PromptId, SessionId, TurnId, UserId } from '@/domain/ids';
import { sessionStatus } from '@/domain/session/session-status';
import { INITIAL_STATE, type SessionState } from '@/domain/session/state';
import { listed } from '@/testing/listed-session';
import { compare, see } from './notices';

const [ada, ben] = [UserId.parse('ada'), UserId.parse('ben')];
const id = SessionId.parse('0190b5a0-0000-7000-8000-00000000000a');
const promptId = PromptId.parse('0190b5a0-0000-7000-8000-00000000000b');
const turnId = TurnId.parse('0190b5a0-0000-7000-8000-00000000000c');

/** The same session in another state, as the server lists it. */
const row = (state: Partial<SessionState> = {}, lastOutcome: Outcome | null = null) => {
  const whole = { ...INITIAL_STATE, ...state };
  const status = sessionStatus(whole, { doing: '', lastOutcome });
  return listed({
    id,
    title: 'Login flake',
    state: whole,
    status,
    lastOutcome,
    isArchived: whole.isArchived,
  });
};
const runningBy = (authorId: UserId): Partial<SessionState> => ({
  running: { turnId, promptId, authorId, attempt: 1, isDelivered: true, isStopRequested: false },
});
const asking = (title: string, type: 'question' | 'permission' = 'question'): Partial<SessionState> => ({
  ...runningBy(ben),
  asks: [{ askId: AskId.parse(`ask_${title.length}`), turnId, type, questions: 1, title, status: 'open' }],
});
const failed: Partial<SessionState> = { sandbox: { phase: 'failed', epoch: 1, failures: 3, limitsHit: [] } };

/** What ada is told when a session goes from one state to the next. */
function told(before: Partial<SessionState>, after: Partial<SessionState>, outcome: Outcome | null = null) {
  const first = see([row(before)], ada);
  const { raised, over } = compare(first, { sessions: [row(after, outcome)], me: ada });
  return { said: raised.map(({ title, body }) => `${title} | ${body}`), over };
}

describe('somebody who looks elsewhere', () => {
  it('is told of a question and of a request, in their words', () => {
    expect(told(runningBy(ben), asking('skip the test?')).said).toEqual([
      'Login flake | Asks: skip the test?',
    ]);
    expect(told(runningBy(ben), asking('run rm -r dist', 'permission')).said).toEqual([
      'Login flake | Wants to: run rm -r dist',
    ]);
  });

  it('is told once, however often the list is read', () => {
    const first = see([row(runningBy(ben))], ada);
    const second = compare(first, { sessions: [row(asking('go on?'))], me: ada });
    const third = compare(second.seen, { sessions: [row(asking('go on?'))], me: ada });
    expect([second.raised.length, third.raised.length]).toEqual([1, 0]);
  });

  it('is told that a sandbox did not start', () => {
    expect(told({}, failed).said).toEqual(['Login flake | sandbox did not start.']);
  });

  it.each([
    ['completed', 'Your prompt is done.'],
    ['failed', 'Your prompt did not finish.'],
    ['stopped', 'Your prompt was stopped.'],
    ['interrupted', 'Your prompt was interrupted.'],
  ] as const)('is told that their own prompt is %s, and of nobody else’s', (outcome, words) => {
    expect(told(runningBy(ada), {}, outcome).said).toEqual([`Login flake | ${words}`]);
    expect(told(runningBy(ben), {}, outcome).said).toEqual([]);
  });

  it('is told one thing of what ended because somebody must see to it', () => {
    const retryable = [{ promptId, authorId: ada, attempts: 1 }];
    expect(told(runningBy(ada), { ...failed, retryable }).said).toEqual([
      'Login flake | sandbox did not start.',
    ]);
  });

  it('is told nothing of what was so before they looked, nor of archived sessions', () => {
    expect(told(asking('old?'), asking('old?')).said).toEqual([]);
    expect(told({}, { ...asking('gone?'), isArchived: true }).said).toEqual([]);
  });

  it('has what somebody else answered taken back', () => {
    expect(told(asking('skip?'), runningBy(ben)).over).toEqual(['ask:ask_5']);
  });

  it('is told of a session that was not there before', () => {
    const nothing = see([], ada);
    const { raised } = compare(nothing, { sessions: [row(asking('new?'))], me: ada });
    expect(raised).toHaveLength(1);
  });
});
