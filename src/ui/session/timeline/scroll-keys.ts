import type { KeyboardEvent } from 'react';
import type { TimelineVirtualizer } from './use-timeline-scroll';

/** What stays in sight of the page before. */
const OVERLAP_PX = 48;

/**
 * The keys that move by much, at once: a browser would glide there, and stop on the way where rows are measured or
 * loaded. What is typed into something inside of the timeline is left to it.
 */
export function pressScrollKey(event: KeyboardEvent<HTMLElement>, virtualizer: TimelineVirtualizer): void {
  if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
  const pagePx = Math.max(OVERLAP_PX, event.currentTarget.clientHeight - OVERLAP_PX);
  const moves: Readonly<Record<string, () => void>> = {
    Home: () => virtualizer.scrollToOffset(0),
    End: () => virtualizer.scrollToEnd(),
    PageUp: () => virtualizer.scrollBy(-pagePx),
    PageDown: () => virtualizer.scrollBy(pagePx),
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  move();
}
