import { type ComponentType, memo } from 'react';
import type { ItemType } from '@/domain/timeline/items';
import type { LeafProps } from './leaf';
import { LEAVES } from './leaves';

/** One item of the timeline. An item that is the same object as before is not drawn again. */
export const TimelineItemView = memo(function TimelineItemView(props: LeafProps<ItemType>) {
  // The record pairs each type with the component for it; an item's own type picks the pair.
  const Leaf = LEAVES[props.item.type] as ComponentType<LeafProps<ItemType>>;
  return <Leaf {...props} />;
});
