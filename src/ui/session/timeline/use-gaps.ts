import { useCallback, useEffect, useState } from 'react';
import type { SeqRange } from '@/domain/sync/seq-ranges';
import { useSession } from '../session-context';
import type { Row } from './row';
import type { TimelineVirtualizer } from './use-timeline-scroll';

/** A gap is filled from when it is this many rows away from what is seen. */
const AHEAD_ROWS = 40;

export interface Gaps {
  /** Those whose page could not be had, by their row's key. */
  failed: ReadonlySet<string>;
  /** Asks for the page at the end of a gap. */
  fill: (key: string, gap: SeqRange) => void;
}

/** Loads what is missing near what is seen: from the end of a gap above, from the beginning of one below. */
export function useGaps(rows: readonly Row[], virtualizer: TimelineVirtualizer): Gaps {
  const { live } = useSession();
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());
  const load = useCallback(
    (key: string, gap: SeqRange, side: 'beginning' | 'end') => {
      live.loadInto(gap, side).then(
        () =>
          setFailed((keys) => (keys.has(key) ? new Set([...keys].filter((other) => other !== key)) : keys)),
        // Said in the gap's own place, with the way to try again.
        () => setFailed((keys) => new Set([...keys, key])),
      );
    },
    [live],
  );
  const { range, scrollDirection } = virtualizer;
  const [start, end] = [range?.startIndex, range?.endIndex];
  useEffect(() => {
    if (start === undefined || end === undefined) return;
    const near = rows.slice(Math.max(0, start - AHEAD_ROWS), end + AHEAD_ROWS);
    for (const row of near) {
      if (row.type !== 'gap' || failed.has(row.key)) continue;
      const at = rows.indexOf(row);
      const isAbove = at < start || (at <= end && scrollDirection !== 'forward');
      load(row.key, row.gap, isAbove ? 'end' : 'beginning');
    }
  }, [rows, start, end, scrollDirection, failed, load]);
  const fill = useCallback((key: string, gap: SeqRange) => load(key, gap, 'end'), [load]);
  return { failed, fill };
}
