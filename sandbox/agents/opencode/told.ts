import type { SessionEvent, StartedPart } from '@/domain/events/session-event';
import type { AskId, PartId, PromptId } from '@/domain/ids';

/** A part that was told to have started, with the tool call whose sub-agent it is of. */
export interface ToldPart {
  part: StartedPart;
  parentPartId: PartId | null;
}

/**
 * What of a turn was told already, read from the told events themselves. A bridge that restarts folds it from
 * its journal, so nothing is told twice, however often OpenCode repeats itself.
 */
export interface Told {
  readonly started: ReadonlyMap<PartId, ToldPart>;
  readonly finished: ReadonlySet<PartId>;
  readonly stepsStarted: number;
  readonly stepsFinished: ReadonlySet<number>;
  readonly compactions: number;
  /** `attempt next` of the last retry. */
  readonly lastRetry: string;
  readonly lastTodos: string;
  readonly unknown: ReadonlySet<string>;
  readonly isDelivered: boolean;
  readonly steersDelivered: ReadonlySet<PromptId>;
  readonly steersRead: ReadonlySet<PromptId>;
  /** Asks that people know of. */
  readonly asks: ReadonlyMap<AskId, 'permission' | 'question'>;
  readonly asksApplied: ReadonlySet<AskId>;
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
  steersDelivered: new Set(),
  steersRead: new Set(),
  asks: new Map(),
  asksApplied: new Set(),
};

export function tell(told: Told, event: SessionEvent): Told {
  switch (event.kind) {
    case 'part.started': {
      const { partId, part, parentPartId } = event;
      return { ...told, started: new Map(told.started).set(partId, { part, parentPartId }) };
    }
    case 'part.finished':
      return { ...told, finished: new Set([...told.finished, event.partId]) };
    case 'turn.step_started':
    case 'turn.step_finished':
    case 'turn.compacted':
    case 'turn.retrying':
      return tellStep(told, event);
    case 'todo.updated':
      return { ...told, lastTodos: JSON.stringify(event.todos) };
    case 'unknown':
      return { ...told, unknown: new Set([...told.unknown, event.was]) };
    case 'prompt.delivered':
      return { ...told, isDelivered: true };
    default:
      return tellSpeech(told, event);
  }
}

function tellStep(
  told: Told,
  event: Extract<
    SessionEvent,
    { kind: 'turn.step_started' | 'turn.step_finished' | 'turn.compacted' | 'turn.retrying' }
  >,
): Told {
  switch (event.kind) {
    case 'turn.step_started':
      return { ...told, stepsStarted: Math.max(told.stepsStarted, event.step) };
    case 'turn.step_finished':
      return { ...told, stepsFinished: new Set([...told.stepsFinished, event.step]) };
    case 'turn.compacted':
      return { ...told, compactions: told.compactions + 1 };
    case 'turn.retrying':
      return { ...told, lastRetry: retryKey(event) };
  }
}

/** What people and agent said to each other. */
function tellSpeech(told: Told, event: SessionEvent): Told {
  switch (event.kind) {
    case 'steer.delivered':
      return { ...told, steersDelivered: new Set([...told.steersDelivered, event.promptId]) };
    case 'steer.read':
      return { ...told, steersRead: new Set([...told.steersRead, event.promptId]) };
    case 'ask.opened':
      return { ...told, asks: new Map(told.asks).set(event.askId, event.ask.type) };
    case 'ask.applied':
      return { ...told, asksApplied: new Set([...told.asksApplied, event.askId]) };
    default:
      return told;
  }
}

/** Asks that the agent still waits for, as far as it was told. */
export function openAsks({ asks, asksApplied }: Told): AskId[] {
  return [...asks.keys()].filter((askId) => !asksApplied.has(askId));
}

export function retryKey(retry: { attempt: number; nextAt: string | null }): string {
  return `${retry.attempt} ${retry.nextAt ?? ''}`;
}
