import type { SessionEvent } from '../events/session-event';
import { stopped } from './stopped';
import type { Budget, SessionState } from './state';

/** The share of a limit at which people are warned. */
const WARN_SHARE = 0.8;

/** What is to be said of the budget now: nothing twice for the same limit. At its end the running turn is stopped. */
export function budgetEvents(state: SessionState): SessionEvent[] {
  const { limitUsd, spentUsd, stage } = state.budget;
  if (limitUsd === null || stage === 'exhausted') return [];
  if (spentUsd >= limitUsd) {
    const stop = state.running ? stopped(state, state.running) : [];
    return [{ kind: 'budget.exhausted', spentUsd, limitUsd }, ...stop];
  }
  if (stage === 'ok' && spentUsd >= limitUsd * WARN_SHARE) {
    return [{ kind: 'budget.warned', spentUsd, limitUsd }];
  }
  return [];
}

export function isExhausted({ budget }: SessionState): boolean {
  return budget.stage === 'exhausted';
}

/** The budget after an event that concerns it. */
export function evolveBudget(
  budget: Budget,
  event: Extract<
    SessionEvent,
    { kind: 'budget.set' | 'budget.warned' | 'budget.exhausted' | 'turn.step_finished' }
  >,
): Budget {
  switch (event.kind) {
    case 'budget.set':
      return { ...budget, limitUsd: event.limitUsd, stage: 'ok' };
    case 'budget.warned':
      return { ...budget, stage: 'warned' };
    case 'budget.exhausted':
      return { ...budget, stage: 'exhausted' };
    case 'turn.step_finished':
      // A step that cost nothing leaves the state as it is, and the write of it cheap.
      return event.costUsd > 0 ? { ...budget, spentUsd: budget.spentUsd + event.costUsd } : budget;
  }
}
