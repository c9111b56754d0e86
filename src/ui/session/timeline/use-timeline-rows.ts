import { useMemo } from 'react';
import type { TimelineItem } from '@/domain/timeline/items';
import type { LiveView } from '../../live/live-session';
import type { LeafProps } from './leaf';

export type TimelineRow = Omit<LeafProps<TimelineItem['type']>, 'commands'>;

/** What is shown of each item, in order. Prompts that wait are in the queue, not here. */
export function useTimelineRows({ items, session }: LiveView): TimelineRow[] {
  const { retryable } = session;
  return useMemo(() => {
    const over = new Set(
      items.flatMap((item) => (item.type === 'turn' && item.outcome !== null ? [item.turnId] : [])),
    );
    // Of a prompt's attempts, only the newest one's end offers another.
    const newestTurn = new Map(
      items.flatMap((item) => (item.type === 'prompt' ? [[item.promptId, item.turnId] as const] : [])),
    );
    const canRetry = new Set(retryable.map(({ promptId }) => promptId));
    return items
      .filter((item) => item.type !== 'prompt' || item.status !== 'waiting')
      .map((item) => ({
        item,
        isOver: 'turnId' in item && item.turnId !== null && over.has(item.turnId),
        canRetry: offersRetry(item, { canRetry, newestTurn }),
      }));
  }, [items, retryable]);
}

function offersRetry(
  item: TimelineItem,
  { canRetry, newestTurn }: { canRetry: ReadonlySet<string>; newestTurn: ReadonlyMap<string, string | null> },
): boolean {
  if (item.type === 'prompt') return canRetry.has(item.promptId);
  if (item.type !== 'turn' || item.promptId === null) return false;
  return canRetry.has(item.promptId) && newestTurn.get(item.promptId) === item.turnId;
}
