import type { Outcome, Reason, SandboxPhase, SessionEvent } from '../events/session-event';
import { accept, refuse, type Answer } from './answer';
import { isExhausted } from './budget';
import type { SystemCommand } from './commands';
import { requested } from './advance';
import { isOfPublishing, publishingEvent } from './publishing';
import { hasSandbox, isAgentReachable, isLeaving, isStarting, openAsks, type SessionState } from './state';

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
  if (isOfPublishing(command)) return accept(publishingEvent(state, command));
  if (command.type === 'sandbox-wanted') return isWakeable(state) ? accept(requested(state)) : stale();
  return command.epoch === state.sandbox.epoch && hasSandbox(state) ? decideLife(state, command) : stale();
}

type LifeCommand = Extract<SystemCommand, { epoch: number }>;

function decideLife(state: SessionState, command: LifeCommand): Answer {
  switch (command.type) {
    case 'sandbox-created':
      return created(state, command);
    case 'sandbox-lost':
    case 'sandbox-failed':
      // What is told of one that is being left changes nothing: its disk is asked for all the same.
      return isLeaving(state) ? stale() : broken(state, command);
    case 'sandbox-limit': {
      const { epoch, limit } = command;
      return state.sandbox.limitsHit.includes(limit)
        ? stale()
        : accept({ kind: 'sandbox.limit_hit', epoch, limit });
    }
    case 'sandbox-idle':
      return isAgentReachable(state) && !state.running && state.queue.length === 0
        ? accept(phase(state, 'quiescing', command.reason))
        : stale();
    case 'sandbox-expiring':
      return roll(state, command);
    case 'sandbox-quiesced':
      return isLeaving(state) && state.sandbox.phase !== 'snapshotting'
        ? accept(phase(state, 'snapshotting', null))
        : stale();
    case 'sandbox-kept':
      return isLeaving(state) ? accept(phase(state, 'asleep', command.reason)) : stale();
  }
}

/** Asked for once more after a crash, which is no news; a disk that turned out to be gone is. */
function created(state: SessionState, command: Extract<SystemCommand, { type: 'sandbox-created' }>): Answer {
  if (!isStarting(state)) return stale();
  const { isolation, isWaking = false, reason = null } = command;
  const name = isWaking ? 'waking' : 'booting';
  if (state.sandbox.phase === name && !reason) return accept();
  return accept({ ...phase(state, name, reason), isolation });
}

function broken(
  state: SessionState,
  command: Extract<SystemCommand, { type: 'sandbox-lost' | 'sandbox-failed' }>,
): Answer {
  const { reason } = command;
  if (command.type === 'sandbox-failed') return failedStart(state, reason, command.isFinal);
  return isAgentReachable(state)
    ? accept(phase(state, 'lost', reason), ...interrupted(state, reason))
    : failedStart(state, reason, false);
}

/** Whether typing gets it a sandbox, or wakes the one that sleeps. One that failed is left alone: its start would begin again and again. */
export function isWakeable(state: SessionState): boolean {
  const { phase: name } = state.sandbox;
  return !state.isArchived && !isExhausted(state) && ['none', 'asleep', 'lost'].includes(name);
}

/** A turn that has to be cut off goes on in the next life: the same prompt is the next to be run. */
function roll(
  state: SessionState,
  { reason, isUrgent }: Extract<SystemCommand, { type: 'sandbox-expiring' }>,
): Answer {
  const { running } = state;
  if (!isAgentReachable(state) || (running && !isUrgent)) return stale();
  const cutOff = interrupted(state, reason);
  const isStopped = running?.isStopRequested === true;
  const again: SessionEvent[] =
    running && cutOff.length > 0 && !isStopped
      ? [{ kind: 'prompt.retried', promptId: running.promptId }]
      : [];
  return accept(phase(state, 'rolling', reason), ...cutOff, ...again);
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
