import { describe, expect, it } from 'vitest';
import { PromptId, TurnId } from '../ids';
import { sessionStatus } from './session-status';
import { INITIAL_STATE, type SessionState } from './state';

const promptId = PromptId.parse('0190b5a0-0000-7000-8000-000000000001');
const turnId = TurnId.parse('0190b5a0-0000-7000-8000-000000000002');
const waiting = { promptId, authorId: null, attempts: 0 };
const running = { turnId, promptId, authorId: null, attempt: 1, isDelivered: false, isStopRequested: false };

function at(phase: SessionState['sandbox']['phase'], changes: Partial<SessionState> = {}): SessionState {
  return { ...INITIAL_STATE, sandbox: { phase, epoch: 1, failures: 0 }, ...changes };
}

describe('sessionStatus', () => {
  it.each<[string, SessionState, string, string]>([
    ['a session without a prompt', INITIAL_STATE, 'waiting', 'no prompt yet'],
    ['a first prompt on its way', at('cloning', { running }), 'starting', 'cloning the repository'],
    [
      'a prompt that waits for a sandbox',
      at('requested', { queue: [waiting] }),
      'starting',
      'waking the sandbox',
    ],
    [
      'a turn that the agent has',
      at('ready', { running: { ...running, isDelivered: true } }),
      'working',
      'working',
    ],
    [
      'a turn asked to stop',
      at('ready', { running: { ...running, isStopRequested: true } }),
      'stopping',
      'stopping',
    ],
    ['a start that failed', at('failed', { retryable: [waiting] }), 'needs_you', 'sandbox did not start'],
    ['a turn lost with its sandbox', at('lost', { retryable: [waiting] }), 'needs_you', 'sandbox was lost'],
    ['a sandbox lost with nothing to do', at('lost'), 'idle', 'idle'],
    ['a sandbox at rest', at('ready'), 'idle', 'idle'],
    ['a sandbox asleep', at('asleep'), 'idle', 'asleep'],
    ['an archived session', at('failed', { isArchived: true }), 'archived', 'archived'],
  ])('%s', (_name, state, kind, words) => {
    expect(sessionStatus(state)).toEqual({ kind, words });
  });
});
