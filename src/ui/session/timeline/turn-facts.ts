import type { PromptId, TurnId } from '@/domain/ids';
import type { Timeline } from '@/domain/timeline/timeline';
import type { SessionState } from '@/domain/session/state';
import type { TimelineItem } from '@/domain/timeline/items';

/** What a row is told about the turns and prompts around it. */
export interface TurnFacts {
  /** The turn that runs now; everything of another one is over. */
  runningTurnId: TurnId | null;
  /** Prompts that may be tried again, each with the turn of its newest attempt: only that one's end offers it. */
  retryable: ReadonlyMap<PromptId, TurnId | null>;
}

/** The facts of a session's present state. Costs the same however long its log is. */
export function turnFacts({ running, retryable }: SessionState, timeline: Timeline): TurnFacts {
  const turnOf = (promptId: PromptId): TurnId | null => {
    const item = timeline.entries.get(`prompt:${promptId}`)?.item;
    return item?.type === 'prompt' ? item.turnId : null;
  };
  return {
    runningTurnId: running?.turnId ?? null,
    retryable: new Map(retryable.map(({ promptId }) => [promptId, turnOf(promptId)])),
  };
}

export function isSameFacts(a: TurnFacts, b: TurnFacts): boolean {
  return (
    a.runningTurnId === b.runningTurnId &&
    a.retryable.size === b.retryable.size &&
    [...a.retryable].every(([promptId, turnId]) => b.retryable.get(promptId) === turnId)
  );
}

/** Whether the item's turn has ended, so that nothing more comes of it. */
export function isOver(item: TimelineItem, { runningTurnId }: TurnFacts): boolean {
  return 'turnId' in item && item.turnId !== null && item.turnId !== runningTurnId;
}

/** Whether the item is where another attempt at its prompt is offered. */
export function offersRetry(item: TimelineItem, { retryable }: TurnFacts): boolean {
  if (item.type === 'prompt') return retryable.has(item.promptId);
  if (item.type !== 'turn' || item.promptId === null) return false;
  return retryable.get(item.promptId) === item.turnId;
}
