import type { SessionEvent } from '../events/session-event';
import { isExhausted } from './budget';
import type { DecisionIds } from './decide';
import { hasSandbox, isLeaving, type SessionState } from './state';

/**
 * What a session does by itself as soon as it can: the next prompt starts when no turn runs, and a sandbox is
 * requested when there is something to run, unless the budget is used up. Asked after every change; answers nothing when nothing is due.
 */
export function advance(state: SessionState, ids: DecisionIds): SessionEvent[] {
  if (state.isArchived) return [];
  const events: SessionEvent[] = [];
  const [next] = state.queue;
  const isHeld = isExhausted(state) && !state.running;
  if (!state.running && next && !isHeld && !isLeaving(state)) {
    events.push({
      kind: 'prompt.started',
      promptId: next.promptId,
      turnId: ids.turnId,
      attempt: next.attempts + 1,
    });
  }
  if ((state.running ?? next) && !isHeld && !hasSandbox(state)) {
    events.push(requested(state));
  }
  return events;
}

/** The next life of the sandbox is wanted. */
export function requested({ sandbox }: SessionState): SessionEvent {
  const epoch = sandbox.epoch + 1;
  return { kind: 'sandbox.phase', epoch, phase: 'requested', isolation: null, reason: null };
}
