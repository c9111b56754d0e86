import { useLayoutEffect, useRef } from 'react';
import type { Row } from './row';
import type { TimelineVirtualizer } from './use-timeline-scroll';

/** A gap at the top of what is seen, and the row below it, before rows came in between. */
interface Seen {
  rows: readonly Row[];
  gapKey: string;
  below: { key: string; startPx: number };
}

/**
 * Keeps still what is below a gap that is at the top of what is seen, when the page at its end is loaded. The
 * virtualiser keeps the topmost row in its place, which here is the gap itself.
 */
export function useGapAnchor(rows: readonly Row[], virtualizer: TimelineVirtualizer): void {
  const seen = useRef<Seen | null>(null);
  useLayoutEffect(() => {
    const before = seen.current;
    if (before && before.rows !== rows && !rows.some(({ key }) => key === before.gapKey)) {
      const startPx = startOf(rows, before.below.key, virtualizer);
      const offsetPx = virtualizer.scrollOffset ?? 0;
      if (startPx !== null) virtualizer.scrollToOffset(offsetPx + startPx - before.below.startPx);
    }
    seen.current = gapOnTop(rows, virtualizer);
  });
}

function startOf(rows: readonly Row[], key: string, virtualizer: TimelineVirtualizer): number | null {
  const at = rows.findIndex((row) => row.key === key);
  return virtualizer.measurementsCache[at]?.start ?? null;
}

function gapOnTop(rows: readonly Row[], virtualizer: TimelineVirtualizer): Seen | null {
  const top = virtualizer.getVirtualItemForOffset(virtualizer.scrollOffset ?? 0);
  const gap = top && rows[top.index];
  const below = top && rows[top.index + 1];
  if (gap?.type !== 'gap' || !below) return null;
  const startPx = virtualizer.measurementsCache[top.index + 1]?.start ?? top.end;
  return { rows, gapKey: gap.key, below: { key: below.key, startPx } };
}
