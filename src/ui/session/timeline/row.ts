import type { SeqRange } from '@/domain/sync/seq-ranges';
import type { TimelineItem, ToolItem } from '@/domain/timeline/items';

/** What several calls in a row have in common: looking at the repository, or changing it. */
export type GroupKind = 'look' | 'change';

/** One line of the timeline, as people read it. Rows that say the same as before are the same objects. */
export type Row =
  | { type: 'item'; key: string; seq: number; item: TimelineItem }
  /** Calls of one kind in a row, on one line. */
  | { type: 'group'; key: string; seq: number; kind: GroupKind; items: readonly ToolItem[] }
  /** A sub-agent, with what it did. */
  | { type: 'task'; key: string; seq: number; item: ToolItem; children: readonly Row[] }
  /** Events that are not here yet. */
  | { type: 'gap'; key: string; seq: number; gap: SeqRange };

/** The ids of the items that a row shows. */
export function itemIdsIn(row: Row): string[] {
  switch (row.type) {
    case 'item':
      return [row.item.id];
    case 'group':
      return row.items.map(({ id }) => id);
    case 'task':
      return [row.item.id, ...row.children.flatMap(itemIdsIn)];
    case 'gap':
      return [];
  }
}
