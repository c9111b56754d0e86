import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { SeqRange } from '@/domain/sync/seq-ranges';
import { type Drawn, rowAtSeq, seqAt } from './gap-place';
import type { Row } from './row';
import type { TimelineVirtualizer } from './use-timeline-scroll';

/** A gap, as it was drawn last, and the row below it. */
interface DrawnGap {
  gap: SeqRange;
  drawn: Drawn;
  below: { key: string; startPx: number } | null;
}

/** What was drawn last, and from where it was seen. */
interface DrawnBefore {
  rows: readonly Row[];
  gaps: readonly DrawnGap[];
  topPx: number;
}

/**
 * Keeps still what is read when rows come in the place of a gap at the top of what is seen: the row below it, when
 * that is in sight; else the event that its place stood for. Every other case the virtualiser sees to, which keeps
 * the topmost row in its place.
 */
export function useGapAnchor(
  rows: readonly Row[],
  scroller: RefObject<HTMLDivElement | null>,
  virtualizer: TimelineVirtualizer,
): void {
  const before = useRef<DrawnBefore>({ rows, gaps: [], topPx: 0 });
  useEffect(() => {
    const element = scroller.current;
    const onScroll = () => {
      before.current.topPx = element?.scrollTop ?? 0;
    };
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => element?.removeEventListener('scroll', onScroll);
  }, [scroller]);
  useLayoutEffect(() => {
    if (before.current.rows !== rows) {
      // By now the virtualiser has moved its own offset to the new rows: where the old ones were seen from is kept here.
      const { topPx } = before.current;
      const onTop = before.current.gaps.find(
        ({ drawn }) => drawn.startPx <= topPx && topPx < drawn.startPx + drawn.heightPx,
      );
      const isGone = onTop && !rows.some((row) => row.type === 'gap' && isSame(row.gap, onTop.gap));
      if (isGone) keepInPlace(rows, { ...onTop, topPx }, virtualizer);
    }
    before.current = { rows, gaps: drawnGaps(rows, virtualizer), topPx: virtualizer.scrollOffset ?? 0 };
  });
}

function keepInPlace(
  rows: readonly Row[],
  { gap, drawn, below, topPx }: DrawnGap & Pick<DrawnBefore, 'topPx'>,
  virtualizer: TimelineVirtualizer,
): void {
  const heightPx = virtualizer.scrollRect?.height ?? 0;
  if (below && below.startPx < topPx + heightPx) {
    const at = rows.findIndex(({ key }) => key === below.key);
    const startPx = virtualizer.measurementsCache[at]?.start;
    if (startPx !== undefined) virtualizer.scrollToOffset(topPx + startPx - below.startPx);
    return;
  }
  virtualizer.scrollToIndex(rowAtSeq(rows, seqAt(gap, drawn, topPx)), { align: 'start' });
}

function drawnGaps(rows: readonly Row[], { measurementsCache }: TimelineVirtualizer): DrawnGap[] {
  return rows.flatMap((row, at) => {
    const measured = measurementsCache[at];
    if (row.type !== 'gap' || !measured) return [];
    const next = rows[at + 1];
    const startPx = measurementsCache[at + 1]?.start;
    return {
      gap: row.gap,
      drawn: { startPx: measured.start, heightPx: measured.size },
      below: next && startPx !== undefined ? { key: next.key, startPx } : null,
    };
  });
}

const isSame = (a: SeqRange, b: SeqRange): boolean => a.from === b.from && a.to === b.to;
