import { useCallback } from 'react';
import type { Row } from './row';
import type { TimelineVirtualizer } from './use-timeline-scroll';

/** A prompt this close to the top counts as the one that is read. */
const TOP_PX = 24;

const isStop = (row: Row): boolean =>
  row.type === 'gap' || (row.type === 'item' && row.item.type === 'prompt');

/** Moves to where the previous or the next turn begins; or into what is not here yet of it. */
export function useTurnSteps(
  rows: readonly Row[],
  virtualizer: TimelineVirtualizer,
): { toPrevious: () => void; toNext: () => void } {
  const scrollTo = useCallback(
    (at: number) => virtualizer.scrollToIndex(at, { align: 'start' }),
    [virtualizer],
  );
  const startOf = useCallback(
    (at: number) => (virtualizer.measurementsCache[at]?.start ?? 0) - (virtualizer.scrollOffset ?? 0),
    [virtualizer],
  );
  const toPrevious = useCallback(() => {
    const at = rows.findLastIndex((row, index) => isStop(row) && startOf(index) < -TOP_PX);
    const gap = rows[at]?.type === 'gap' ? virtualizer.measurementsCache[at] : undefined;
    // What is missing is read from its end, where the previous turn is.
    if (gap) virtualizer.scrollToOffset(gap.end - (virtualizer.scrollRect?.height ?? 0) / 2);
    else scrollTo(Math.max(0, at));
  }, [rows, startOf, scrollTo, virtualizer]);
  const toNext = useCallback(() => {
    const at = rows.findIndex((row, index) => isStop(row) && startOf(index) > TOP_PX);
    if (at === -1) virtualizer.scrollToEnd();
    else scrollTo(at);
  }, [rows, startOf, scrollTo, virtualizer]);
  return { toPrevious, toNext };
}
