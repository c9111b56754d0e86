import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';
import type { Row } from './row';
import { estimateHeightPx } from './row-height';
import { useGapAnchor } from './use-gap-anchor';

/** This close to the end counts as being there. */
const NEAR_PX = 48;
const BETWEEN_PX = 8;
const AROUND_PX = 16;
/** What the server draws for: the end of the timeline in a window of this height. */
const SERVER_HEIGHT_PX = 1_000;

export type TimelineVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;

interface TimelineScroll {
  virtualizer: TimelineVirtualizer;
  isAtEnd: boolean;
  toEnd: () => void;
}

/**
 * Draws only the rows that are in sight and keeps still what is read: whoever is at the end follows it, for everybody
 * else nothing moves, whether rows come above, below or in between. `isReady` once the browser has taken over.
 */
export function useTimelineScroll(
  rows: readonly Row[],
  scroller: RefObject<HTMLDivElement | null>,
  isReady: boolean,
): TimelineScroll {
  const [isAtEnd, setIsAtEnd] = useState(true);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((at: number) => rows[at]?.key ?? at, [rows]),
    estimateSize: useCallback((at: number) => estimateHeightPx(rows[at]), [rows]),
    ...{ gap: BETWEEN_PX, paddingStart: AROUND_PX, paddingEnd: AROUND_PX, overscan: 8 },
    ...{ anchorTo: 'end', followOnAppend: true, scrollEndThreshold: NEAR_PX },
    initialRect: { width: 0, height: SERVER_HEIGHT_PX },
    initialOffset: () => Math.max(0, estimatedTotalPx(rows) - SERVER_HEIGHT_PX),
    onChange: (instance) => setIsAtEnd(instance.isAtEnd(NEAR_PX)),
  });
  useGapAnchor(rows, scroller, virtualizer);

  const toEnd = useCallback(() => virtualizer.scrollToEnd(), [virtualizer]);
  useLayoutEffect(() => {
    if (isReady) toEnd();
  }, [isReady, toEnd]);
  useStayAtEnd(scroller, toEnd);
  return { virtualizer, isAtEnd, toEnd };
}

function estimatedTotalPx(rows: readonly Row[]): number {
  const heights = rows.reduce((sum, row) => sum + estimateHeightPx(row) + BETWEEN_PX, 0);
  return heights - BETWEEN_PX + 2 * AROUND_PX;
}

/** A composer that grows takes room from the timeline: whoever was at the end still is, then. */
function useStayAtEnd(scroller: RefObject<HTMLDivElement | null>, toEnd: () => void): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    let heightPx = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const belowPx = element.scrollHeight - element.scrollTop - heightPx;
      heightPx = element.clientHeight;
      if (belowPx <= NEAR_PX) toEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, toEnd]);
}
