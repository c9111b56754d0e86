import { useMemo, useState } from 'react';
import type { LiveView } from '../../live/live-session';
import type { Row } from './row';
import { RowBuilder } from './row-builder';
import { isSameFacts, type TurnFacts, turnFacts } from './turn-facts';

/** The rows of what is here, oldest first. Prompts that wait are in the queue, not here. */
export function useRows({ items, gaps, session: { queue } }: LiveView): readonly Row[] {
  const [builder] = useState(() => new RowBuilder());
  return useMemo(() => {
    const waiting = new Set(queue.map(({ promptId }) => promptId));
    const shown =
      waiting.size === 0
        ? items
        : items.filter((item) => item.type !== 'prompt' || !waiting.has(item.promptId));
    return builder.rows({ items: shown, gaps });
  }, [builder, items, gaps, queue]);
}

/** The facts about its turns; the same object until one of them changes. */
export function useTurnFacts({ session, timeline }: LiveView): TurnFacts {
  const now = turnFacts(session, timeline);
  const [kept, setKept] = useState(now);
  if (isSameFacts(kept, now)) return kept;
  setKept(now);
  return now;
}
