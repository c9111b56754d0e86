import type { LoggedEvent } from '../events/logged-event';
import { BucketMap } from './bucket-map';
import { type ItemChange, withChanges } from './item-order';
import type { TimelineItem } from './items';
import { itemIdsOf } from './route';
import { viewItem } from './view-item';

/** Raised whenever the same events would give other items; digests of two versions are not compared. */
export const REDUCER_VERSION = 3;

interface Entry {
  /** Sorted by `seq`, without duplicates. */
  events: readonly LoggedEvent[];
  item: TimelineItem | null;
}

/**
 * What any client shows of a session. It holds, for each item, the events that make it; so a timeline is a set of
 * events in another shape, and adding events is a set union: any order, any duplicates, any split into pages
 * give the same items. One event more costs the same however many there are.
 */
export interface Timeline {
  readonly entries: BucketMap<Entry>;
  /** In the order in which they are shown. */
  readonly items: readonly TimelineItem[];
}

export const EMPTY_TIMELINE: Timeline = { entries: BucketMap.empty(), items: [] };

/**
 * Adds events, whatever was there before. Untouched items keep their identity, so a screen can skip them; events
 * that are all there already give the same timeline.
 */
export function addEvents(timeline: Timeline, added: readonly LoggedEvent[]): Timeline {
  const touched = new Map<string, LoggedEvent[]>();
  for (const logged of added) {
    for (const id of itemIdsOf(logged)) {
      const events = touched.get(id) ?? [...(timeline.entries.get(id)?.events ?? [])];
      touched.set(id, insert(events, logged));
    }
  }
  const changed = [...touched].filter(
    ([id, { length }]) => length !== timeline.entries.get(id)?.events.length,
  );
  if (changed.length === 0) return timeline;
  const entries: [string, Entry][] = [];
  const changes: ItemChange[] = [];
  for (const [id, events] of changed) {
    const item = viewItem(id, events);
    entries.push([id, { events, item }]);
    changes.push({ before: timeline.entries.get(id)?.item ?? null, after: item });
  }
  return { entries: timeline.entries.with(entries), items: withChanges(timeline.items, changes) };
}

/** Keeps `events` sorted; events nearly always come last, so the search starts at the end. */
function insert(events: LoggedEvent[], added: LoggedEvent): LoggedEvent[] {
  let at = events.length;
  while (at > 0 && (events[at - 1]?.seq ?? 0) > added.seq) at -= 1;
  if (events[at - 1]?.seq !== added.seq) events.splice(at, 0, added);
  return events;
}

/** The items in the order in which they are shown. */
export function itemsOf(timeline: Timeline): readonly TimelineItem[] {
  return timeline.items;
}

/** The events from `fromSeq` to `toSeq` that a timeline was made of, in order: what a digest is taken over. */
export function eventsOf(
  timeline: Timeline,
  { fromSeq, toSeq }: { fromSeq: number; toSeq: number },
): LoggedEvent[] {
  const bySeq = new Map<number, LoggedEvent>();
  timeline.entries.forEach(({ events }) => {
    if ((events[0]?.seq ?? 0) > toSeq || (events.at(-1)?.seq ?? 0) < fromSeq) return;
    for (const logged of events)
      if (logged.seq >= fromSeq && logged.seq <= toSeq) bySeq.set(logged.seq, logged);
  });
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
