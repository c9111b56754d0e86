import type { SeqRange } from '@/domain/sync/seq-ranges';
import type { Row } from './row';

/** Where something is drawn, in pixels from the beginning of the timeline. */
export interface Drawn {
  startPx: number;
  heightPx: number;
}

/** The event that a place inside of a gap stands for. */
export function seqAt(gap: SeqRange, drawn: Drawn, offsetPx: number): number {
  const share = Math.min(1, Math.max(0, (offsetPx - drawn.startPx) / drawn.heightPx));
  return Math.min(gap.to, gap.from + Math.floor(share * (gap.to - gap.from + 1)));
}

/** What to load of a gap that a window of the timeline looks into: the page at one of its sides, or in its middle. */
export type Wanted = { side: 'beginning' | 'end' } | { around: number };

/** Within this many windows of a gap's side, the page at that side is what will be read. */
const NEAR_WINDOWS = 1.5;

export function wantedOf(gap: SeqRange, drawn: Drawn, seen: { topPx: number; heightPx: number }): Wanted {
  const nearPx = seen.heightPx * NEAR_WINDOWS;
  const bottomPx = seen.topPx + seen.heightPx;
  if (drawn.startPx + drawn.heightPx - seen.topPx < nearPx) return { side: 'end' };
  if (bottomPx - drawn.startPx < nearPx) return { side: 'beginning' };
  return { around: seqAt(gap, drawn, seen.topPx + seen.heightPx / 2) };
}

/** The row in which an event is shown, or would be: the last one that does not begin after it. */
export function rowAtSeq(rows: readonly Row[], seq: number): number {
  const after = rows.findIndex((row) => row.seq > seq);
  return Math.max(0, (after === -1 ? rows.length : after) - 1);
}
