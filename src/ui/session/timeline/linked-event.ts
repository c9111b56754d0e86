import type { Timeline } from '@/domain/timeline/timeline';
import { itemIdsIn, type Row } from './row';

/** The event that an address names at its end, as in `/s/…#482`; null for any other address. */
export function seqOfHash(hash: string): number | null {
  const [, digits] = /^#(\d{1,9})$/.exec(hash) ?? [];
  const seq = Number(digits ?? 0);
  return seq > 0 ? seq : null;
}

/** Where a linked event is shown. */
export interface LinkedPlace {
  /** Of the row. */
  at: number;
  itemId: string;
}

/** The row, and the item in it, that shows an event; null when none that is here does. */
export function findLinked(rows: readonly Row[], timeline: Timeline, seq: number): LinkedPlace | null {
  const ids = new Set<string>();
  timeline.entries.forEach(({ events, item }) => {
    // A turn stands at its end: what happened in it is pointed to where it happened.
    if (item && item.seq <= seq && events.some((logged) => logged.seq === seq)) ids.add(item.id);
  });
  for (const [at, row] of rows.entries()) {
    const itemId = itemIdsIn(row).find((id) => ids.has(id));
    if (itemId !== undefined) return { at, itemId };
  }
  return nearest(rows, seq);
}

/** An event of which nothing is shown, such as the end of a step, is pointed to where it happened. */
function nearest(rows: readonly Row[], seq: number): LinkedPlace | null {
  const at = rows.findLastIndex((row) => row.type !== 'gap' && row.seq <= seq);
  const row = rows[at];
  const itemId = row && itemIdsIn(row)[0];
  return itemId === undefined ? null : { at, itemId };
}
