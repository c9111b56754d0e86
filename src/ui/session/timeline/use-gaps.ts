import { type RefObject, useCallback, useEffect, useEffectEvent, useState } from 'react';
import type { SeqRange } from '@/domain/sync/seq-ranges';
import { useSession } from '../session-context';
import { type Wanted, wantedOf } from './gap-place';
import type { Row } from './row';
import type { TimelineVirtualizer } from './use-timeline-scroll';

/** A gap is filled from when it is this many rows away from what is seen. */
const AHEAD_ROWS = 40;
/** Whoever rushes through a gap is shown nothing of it; this long in one place counts as looking. */
const LOOKED_MS = 120;

export interface Gaps {
  /** Those whose page could not be had, by their row's key. */
  failed: ReadonlySet<string>;
  /** Tries again what could not be had. */
  retry: () => void;
}

/** Loads what is missing where somebody looks, and near it before they come there. */
export function useGaps(
  rows: readonly Row[],
  scroller: RefObject<HTMLDivElement | null>,
  virtualizer: TimelineVirtualizer,
): Gaps {
  const { live } = useSession();
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());

  const load = useEffectEvent((key: string, gap: SeqRange, wanted: Wanted) => {
    if (failed.has(key)) return;
    const loading = 'side' in wanted ? live.loadInto(gap, wanted.side) : live.loadAround(wanted.around);
    // Said in the gap's own place, with the way to try again.
    loading.catch(() => setFailed((keys) => new Set([...keys, key])));
  });
  const look = useEffectEvent(() => {
    const { range, measurementsCache } = virtualizer;
    if (!range) return;
    const seen = { topPx: virtualizer.scrollOffset ?? 0, heightPx: virtualizer.scrollRect?.height ?? 0 };
    for (const at of gapsNear(rows, range)) {
      const [row, measured] = [rows[at], measurementsCache[at]];
      if (row?.type !== 'gap' || !measured) continue;
      const drawn = { startPx: measured.start, heightPx: measured.size };
      load(row.key, row.gap, wantedOf(row.gap, drawn, seen));
    }
  });

  const [start, end] = [virtualizer.range?.startIndex, virtualizer.range?.endIndex];
  useEffect(() => look(), [rows, start, end, failed]);
  useEffect(() => {
    const element = scroller.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(() => look(), LOOKED_MS);
    };
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      element?.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);
  const retry = useCallback(() => setFailed(new Set()), []);
  return { failed, retry };
}

function gapsNear(
  rows: readonly Row[],
  { startIndex, endIndex }: { startIndex: number; endIndex: number },
): number[] {
  const near: number[] = [];
  const last = Math.min(rows.length - 1, endIndex + AHEAD_ROWS);
  for (let at = Math.max(0, startIndex - AHEAD_ROWS); at <= last; at += 1) {
    if (rows[at]?.type === 'gap') near.push(at);
  }
  return near;
}
