import type { SessionEvent, StartedPart } from '@/domain/events/session-event';
import type { PartId } from '@/domain/ids';

/**
 * What of a turn was told already, read from the told events themselves. A bridge that restarts folds it from
 * its journal, so nothing is told twice, however often OpenCode repeats itself.
 */
export interface Told {
  readonly started: ReadonlyMap<PartId, StartedPart>;
  readonly finished: ReadonlySet<PartId>;
  readonly stepsStarted: number;
  readonly stepsFinished: ReadonlySet<number>;
  readonly compactions: number;
  /** `attempt next` of the last retry. */
  readonly lastRetry: string;
  readonly lastTodos: string;
  readonly unknown: ReadonlySet<string>;
  readonly isDelivered: boolean;
}

export const NOTHING_TOLD: Told = {
  started: new Map(),
  finished: new Set(),
  stepsStarted: 0,
  stepsFinished: new Set(),
  compactions: 0,
  lastRetry: '',
  lastTodos: '',
  unknown: new Set(),
  isDelivered: false,
};

export function tell(told: Told, event: SessionEvent): Told {
  switch (event.kind) {
    case 'part.started':
      return { ...told, started: new Map(told.started).set(event.partId, event.part) };
    case 'part.finished':
      return { ...told, finished: new Set([...told.finished, event.partId]) };
    case 'turn.step_started':
      return { ...told, stepsStarted: Math.max(told.stepsStarted, event.step) };
    case 'turn.step_finished':
      return { ...told, stepsFinished: new Set([...told.stepsFinished, event.step]) };
    case 'turn.compacted':
      return { ...told, compactions: told.compactions + 1 };
    case 'turn.retrying':
      return { ...told, lastRetry: retryKey(event) };
    case 'todo.updated':
      return { ...told, lastTodos: JSON.stringify(event.todos) };
    case 'unknown':
      return { ...told, unknown: new Set([...told.unknown, event.was]) };
    case 'prompt.delivered':
      return { ...told, isDelivered: true };
    default:
      return told;
  }
}

export function retryKey(retry: { attempt: number; nextAt: string | null }): string {
  return `${retry.attempt} ${retry.nextAt ?? ''}`;
}
