import { useState } from 'react';
import type { TimelineItem, TurnItem } from '@/domain/timeline/items';
import { ENDS } from './turn-leaf';

/** Tells screen readers how a turn ended while they were elsewhere on the page. Nothing is told of the past. */
export function TurnAnnouncer({ items }: { items: readonly TimelineItem[] }) {
  const newest = items.findLast((item): item is TurnItem => item.type === 'turn');
  const said = newest?.outcome == null ? '' : `The turn has ended: ${ENDS[newest.outcome].words}.`;
  const [first] = useState(newest);
  return (
    <p className="sr-only" role="status">
      {newest === first ? '' : said}
    </p>
  );
}
