import type { Outcome, Reason } from '@/domain/events/session-event';
import { explainFailure } from './explain-failure';
import { MAX_EMPTY_STEPS } from './translate-step';
import type { TurnMessage, TurnState } from './turn-state';

/** How a turn ended, as `prompt.finished` says it. */
export interface TurnEnd {
  outcome: Outcome;
  reason: Reason | null;
}

/** The agent died or was restarted in the middle of a turn. */
export const INTERRUPTED: TurnEnd = {
  outcome: 'interrupted',
  reason: {
    code: 'agent_died',
    message: 'The agent stopped in the middle of this turn. What it did so far is kept; retry to go on.',
  },
};

/** The model answers, but with nothing, again and again. */
export const SILENT: TurnEnd = {
  outcome: 'failed',
  reason: {
    code: 'model_said_nothing',
    message: `The model answered nothing, ${MAX_EMPTY_STEPS} times in a row. Check the model and its address, then retry.`,
  },
};

export const STOPPED: TurnEnd = { outcome: 'stopped', reason: null };

/**
 * How a turn of an idle agent ended, by what OpenCode stored; null when OpenCode does not say that it ended. An
 * error of the session alone is none: a full context is followed by a compaction and a normal end.
 */
export function turnVerdict(state: TurnState, isStopRequested: boolean): TurnEnd | null {
  const last = lastAnswer(state);
  if (!last) {
    if (!state.sessionError) return null;
    return isStopRequested ? STOPPED : ended(state.sessionError);
  }
  if (!last.isCompleted && !last.error) return null;
  const isWhole = last.error === null && last.finish === 'stop';
  if (isStopRequested && !isWhole) return STOPPED;
  return last.error ? ended(last.error) : { outcome: 'completed', reason: null };
}

function ended(error: NonNullable<TurnMessage['error']>): TurnEnd {
  if (error.name === 'MessageAbortedError') return INTERRUPTED;
  return { outcome: 'failed', reason: explainFailure(error) };
}

/** The agent's own: what a sub-agent said last is an answer to the agent. */
function lastAnswer(state: TurnState): TurnMessage | null {
  let last: TurnMessage | null = null;
  for (const message of state.messages.values()) {
    const isAnswer = message.role === 'assistant' && message.sessionId === state.sessionId;
    if (isAnswer && message.createdMs >= (last?.createdMs ?? 0)) last = message;
  }
  return last;
}

/** Whether the agent began to answer at all. */
export function hasAnswer(state: TurnState): boolean {
  return lastAnswer(state) !== null;
}
