import { type ComponentType, memo } from 'react';
import type { ItemType, TimelineItem } from '@/domain/timeline/items';
import { useSession } from '../session-context';
import type { LeafProps } from './leaf';
import { LEAVES } from './leaves';
import { useTimelineScene } from './timeline-context';
import { isOver, offersRetry } from './turn-facts';

/** One item of the timeline. An item that is the same object as before is not drawn again. */
export const TimelineItemView = memo(function TimelineItemView({ item }: { item: TimelineItem }) {
  const { commands } = useSession();
  const { facts } = useTimelineScene();
  // The record pairs each type with the component for it; an item's own type picks the pair.
  const Leaf = LEAVES[item.type] as ComponentType<LeafProps<ItemType>>;
  return (
    <Leaf item={item} isOver={isOver(item, facts)} canRetry={offersRetry(item, facts)} commands={commands} />
  );
});
