import type { TimelineItem } from './items';

/** An item that was made anew; null where there was, or is, none. */
export interface ItemChange {
  before: TimelineItem | null;
  after: TimelineItem | null;
}

/** Above this share of changed items everything is sorted again, which is cheaper then. */
const RESORT_SHARE = 1 / 16;

/** The items in the order in which they are shown: by `seq`, then by id. */
function inOrder(items: TimelineItem[]): TimelineItem[] {
  return items.sort(compare);
}

/** The ordered items with these changes, at a cost that hardly grows with their number when the changes are few. */
export function withChanges(
  items: readonly TimelineItem[],
  changes: readonly ItemChange[],
): readonly TimelineItem[] {
  if (changes.length > items.length * RESORT_SHARE + 1) return resorted(items, changes);
  const next = [...items];
  for (const { before, after } of changes) {
    if (before && after && compare(before, after) === 0) {
      next[placeOf(next, before)] = after;
      continue;
    }
    if (before) next.splice(placeOf(next, before), 1);
    if (after) next.splice(placeOf(next, after), 0, after);
  }
  return next;
}

function resorted(items: readonly TimelineItem[], changes: readonly ItemChange[]): TimelineItem[] {
  const gone = new Set(changes.map(({ before }) => before));
  const kept = items.filter((item) => !gone.has(item));
  return inOrder([...kept, ...changes.flatMap(({ after }) => after ?? [])]);
}

/** Where an item stands, or would stand. */
function placeOf(items: readonly TimelineItem[], item: TimelineItem): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = items[middle];
    if (other && compare(other, item) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function compare(a: TimelineItem, b: TimelineItem): number {
  if (a.seq !== b.seq) return a.seq - b.seq;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
