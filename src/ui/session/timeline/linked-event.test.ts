import { describe, expect, it } from 'vitest';
import { longLog } from '@/testing/long-log';
import { addEvents, EMPTY_TIMELINE } from '@/domain/timeline/timeline';
import { findLinked, seqOfHash } from './linked-event';
import { itemIdsIn } from './row';
import { RowBuilder } from './row-builder';

const { events } = longLog({ count: 1_500 });
const timeline = addEvents(EMPTY_TIMELINE, events);
const rows = new RowBuilder().rows({ items: timeline.items, gaps: [] });

describe('a link to an event', () => {
  it.each([
    ['#482', 482],
    ['#0', null],
    ['#', null],
    ['', null],
    ['#482x', null],
    ['#diff', null],
  ])('%s names event %s', (hash, seq) => {
    expect(seqOfHash(hash)).toBe(seq);
  });

  it('leads to the row that shows the event, or to where it happened', () => {
    for (const { seq, event } of events) {
      const place = findLinked(rows, timeline, seq)!;
      const row = rows[place.at]!;
      expect(itemIdsIn(row)).toContain(place.itemId);
      expect(row.seq).toBeLessThanOrEqual(seq);
      if (event.kind === 'part.started' || event.kind === 'part.finished') {
        expect(place.itemId).toBe(`part:${event.partId}`);
      }
    }
  });
});
