import { describe, expect, it } from 'vitest';
import { longLog } from '@/testing/long-log';
import { addEvents, EMPTY_TIMELINE } from '@/domain/timeline/timeline';
import { rowAtSeq, seqAt, wantedOf } from './gap-place';
import { RowBuilder } from './row-builder';
import { gapHeightPx } from './row-height';

const gap = { from: 101, to: 1_100 };
const drawn = { startPx: 5_000, heightPx: gapHeightPx(gap) };
const seen = (topPx: number) => ({ topPx, heightPx: 800 });

describe('a place in a gap', () => {
  it('stands for an event by its share of the height', () => {
    expect(seqAt(gap, drawn, drawn.startPx)).toBe(101);
    expect(seqAt(gap, drawn, drawn.startPx + drawn.heightPx / 2)).toBe(601);
    expect(seqAt(gap, drawn, drawn.startPx + drawn.heightPx)).toBe(1_100);
    expect(seqAt(gap, drawn, 0)).toBe(101);
  });

  it('wants the page at a side that is near, and else the one in its middle', () => {
    expect(wantedOf(gap, drawn, seen(4_900))).toEqual({ side: 'beginning' });
    expect(wantedOf(gap, drawn, seen(drawn.startPx + drawn.heightPx - 300))).toEqual({ side: 'end' });
    expect(wantedOf(gap, drawn, seen(drawn.startPx + drawn.heightPx / 2 - 400))).toEqual({ around: 601 });
  });

  it('is found again among the rows that came in its stead', () => {
    const { events } = longLog({ count: 400 });
    const { items } = addEvents(EMPTY_TIMELINE, events.slice(100));
    const rows = new RowBuilder().rows({ items, gaps: [{ from: 1, to: 100 }] });
    expect(rowAtSeq(rows, 50)).toBe(0);
    const at = rowAtSeq(rows, 300);
    expect(rows[at]!.seq).toBeLessThanOrEqual(300);
    expect(rows[at + 1]!.seq).toBeGreaterThan(300);
    expect(rowAtSeq(rows, 9_999)).toBe(rows.length - 1);
  });
});
