import { describe, expect, it } from 'vitest';
import { AskId, PromptId, SessionId, TurnId, UserId } from '@/domain/ids';
import { INITIAL_STATE, type SessionState } from '@/domain/session/state';
import { compare, see } from './notices';

const [ada, ben] = [UserId.parse('ada'), UserId.parse('ben')];
const id = SessionId.parse('0190b5a0-0000-7000-8000-00000000000a');
const promptId = PromptId.parse('0190b5a0-0000-7000-8000-00000000000b');
const turnId = TurnId.parse('0190b5a0-0000-7000-8000-00000000000c');

const listed = (state: Partial<SessionState> = {}) => ({
  ...{ id, title: 'Login flake' },
  state: { ...INITIAL_STATE, title: 'Login flake', ...state },
});
const runningBy = (authorId: UserId): Partial<SessionState> => ({
  running: { turnId, promptId, authorId, attempt: 1, isDelivered: true, isStopRequested: false },
});
const asking = (title: string, type: 'question' | 'permission' = 'question'): Partial<SessionState> => ({
  ...runningBy(ben),
  asks: [{ askId: AskId.parse(`ask_${title.length}`), turnId, type, questions: 1, title, status: 'open' }],
});
const failed: Partial<SessionState> = { sandbox: { phase: 'failed', epoch: 1, failures: 3 } };

/** What ada is told when a session goes from one state to the next. */
function told(before: Partial<SessionState>, after: Partial<SessionState>) {
  const first = see([listed(before)], ada);
  const { raised, over } = compare(first, { sessions: [listed(after)], me: ada });
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
    const first = see([listed(runningBy(ben))], ada);
    const second = compare(first, { sessions: [listed(asking('go on?'))], me: ada });
    const third = compare(second.seen, { sessions: [listed(asking('go on?'))], me: ada });
    expect([second.raised.length, third.raised.length]).toEqual([1, 0]);
  });

  it('is told that a sandbox did not start', () => {
    expect(told({}, failed).said).toEqual(['Login flake | sandbox did not start.']);
  });

  it('is told that their own prompt is done, and of nobody else’s', () => {
    expect(told(runningBy(ada), {}).said).toEqual(['Login flake | Your prompt is done.']);
    expect(told(runningBy(ben), {}).said).toEqual([]);
  });

  it('is told that their prompt did not finish', () => {
    const retryable = [{ promptId, authorId: ada, attempts: 1 }];
    expect(told(runningBy(ada), { retryable }).said).toEqual(['Login flake | Your prompt did not finish.']);
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
    const { raised } = compare(nothing, { sessions: [listed(asking('new?'))], me: ada });
    expect(raised).toHaveLength(1);
  });
});
