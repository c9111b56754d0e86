import { describe, expect, it } from 'vitest';
import { PromptId, TurnId } from '../ids';
import { sessionStatus, type SessionStatus } from './session-status';
import { INITIAL_STATE, type SessionState } from './state';

const promptId = PromptId.parse('0190b5a0-0000-7000-8000-000000000001');
const turnId = TurnId.parse('0190b5a0-0000-7000-8000-000000000002');
const waiting = { promptId, authorId: null, attempts: 0 };
const running = { turnId, promptId, authorId: null, attempt: 1, isDelivered: false, isStopRequested: false };

function at(phase: SessionState['sandbox']['phase'], changes: Partial<SessionState> = {}): SessionState {
  return { ...INITIAL_STATE, sandbox: { phase, epoch: 1, failures: 0, limitsHit: [] }, ...changes };
}

describe('sessionStatus', () => {
  it.each<[string, SessionState, SessionStatus]>([
    ['a session without a prompt', INITIAL_STATE, { kind: 'waiting', words: 'no prompt yet' }],
    [
      'a first prompt on its way',
      at('cloning', { running }),
      { kind: 'starting', words: 'cloning the repository' },
    ],
    [
      'a prompt that waits for a sandbox',
      at('requested', { queue: [waiting] }),
      { kind: 'starting', words: 'waking the sandbox' },
    ],
    [
      'a turn that the agent has',
      at('ready', { running: { ...running, isDelivered: true } }),
      { kind: 'working', words: 'working' },
    ],
    [
      'a turn asked to stop',
      at('ready', { running: { ...running, isStopRequested: true } }),
      { kind: 'stopping', words: 'stopping' },
    ],
    [
      'a start that failed',
      at('failed', { retryable: [waiting] }),
      { kind: 'needs_you', words: 'sandbox did not start' },
    ],
    [
      'a turn lost with its sandbox',
      at('lost', { retryable: [waiting] }),
      { kind: 'needs_you', words: 'sandbox was lost' },
    ],
    ['a sandbox lost with nothing to do', at('lost'), { kind: 'idle', words: 'idle' }],
    ['a sandbox at rest', at('ready'), { kind: 'idle', words: 'idle' }],
    ['a sandbox asleep', at('asleep'), { kind: 'idle', words: 'asleep' }],
    ['an archived session', at('failed', { isArchived: true }), { kind: 'archived', words: 'archived' }],
  ])('%s', (_name, state, status) => {
    expect(sessionStatus(state)).toEqual(status);
  });
});
