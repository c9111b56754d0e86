import type { Outcome, Reason, SandboxPhase, SessionEvent } from '../events/session-event';
import { accept, refuse, type Answer } from './answer';
import type { SystemCommand } from './commands';
import { hasSandbox, isAgentReachable, openAsks, type SessionState } from './state';

/** Starts in a row that may fail before the prompts that wait for them are finished as failed. */
export const MAX_START_FAILURES = 3;

/** Answers what the server learned of a sandbox or of time. Late news (another epoch or turn) is stale. */
export function decideSystem(state: SessionState, command: SystemCommand): Answer {
  if (command.type === 'turn-overdue') {
    const { running } = state;
    if (running?.turnId !== command.turnId) return stale();
    return accept(finished(running, 'failed', command.reason));
  }
  if (command.type === 'ask-overdue') {
    const ask = openAsks(state).find(({ askId }) => askId === command.askId);
    if (!ask) return stale();
    return accept({ kind: 'ask.expired', askId: ask.askId, turnId: ask.turnId, reason: command.reason });
  }
  if (command.type === 'access-changed') {
    const { type: _type, ...changed } = command;
    return accept({ kind: 'access.changed', ...changed });
  }
  if (command.epoch !== state.sandbox.epoch || !hasSandbox(state)) return stale();
  switch (command.type) {
    case 'sandbox-created':
      return state.sandbox.phase === 'requested'
        ? accept({ ...phase(state, 'booting', null), isolation: command.isolation })
        : stale();
    case 'sandbox-lost':
      return isAgentReachable(state)
        ? accept(phase(state, 'lost', command.reason), ...interrupted(state, command.reason))
        : failedStart(state, command.reason, false);
    case 'sandbox-failed':
      return failedStart(state, command.reason, command.isFinal);
  }
}

function stale(): Answer {
  return refuse('stale', 'This is about a sandbox or a turn that is over.');
}

/**
 * A turn that the agent had, or that somebody wanted stopped, ends with its sandbox; another that the agent never
 * saw goes to the next sandbox.
 */
function interrupted(state: SessionState, reason: Reason): SessionEvent[] {
  const { running } = state;
  if (!running || !(running.isDelivered || running.isStopRequested)) return [];
  return [finished(running, running.isStopRequested ? 'stopped' : 'interrupted', reason)];
}

function failedStart(state: SessionState, reason: Reason, isFinal: boolean): Answer {
  const failed = phase(state, 'failed', reason);
  const isLast = isFinal || state.sandbox.failures + 1 >= MAX_START_FAILURES;
  if (!isLast) return accept(failed, ...interrupted(state, reason));
  const waiting = [...(state.running ? [state.running] : []), ...state.queue];
  return accept(failed, ...waiting.map((prompt) => finished(prompt, 'failed', reason)));
}

function phase(
  state: SessionState,
  name: SandboxPhase,
  reason: Reason | null,
): Extract<SessionEvent, { kind: 'sandbox.phase' }> {
  return { kind: 'sandbox.phase', epoch: state.sandbox.epoch, phase: name, isolation: null, reason };
}

function finished(
  prompt: SessionState['queue'][number] | NonNullable<SessionState['running']>,
  outcome: Outcome,
  reason: Reason,
): SessionEvent {
  const turnId = 'turnId' in prompt ? prompt.turnId : null;
  return { kind: 'prompt.finished', promptId: prompt.promptId, turnId, outcome, reason };
}
