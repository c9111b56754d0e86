import { type RefObject, useEffect, useState } from 'react';
import type { Group } from './group-sessions';
import { type Arrangement, holdOrder, type HeldList } from './held-order';

/**
 * The list in the order that it had when the pointer or the focus came into it, until both left. `key` names what was
 * asked for: another question gets its answer at once. `release` lets everything take its place now.
 */
export function useHeldOrder(
  groups: Group[],
  key: string,
  list: RefObject<HTMLElement | null>,
): HeldList & { release: () => void } {
  const isInside = useIsInside(list);
  const [held, setHeld] = useState<{ key: string; order: Arrangement } | null>(null);
  const isHeld = held?.key === key && isInside;
  // Set while it is drawn, so that the first list after the pointer came in is the one that stays.
  if (isInside && !isHeld) setHeld({ key, order: groups });
  if (!isInside && held !== null) setHeld(null);
  const shown = isHeld ? holdOrder(held.order, groups) : { groups, waiting: 0 };
  return { ...shown, release: () => setHeld({ key, order: groups }) };
}

/** Whether a pointer that can hover, or the focus, is inside an element. */
function useIsInside(ref: RefObject<HTMLElement | null>): boolean {
  const [isOver, setIsOver] = useState(false);
  const [hasFocus, setHasFocus] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const ends = new AbortController();
    const on = <K extends keyof HTMLElementEventMap>(
      kind: K,
      listener: (event: HTMLElementEventMap[K]) => void,
    ) => element.addEventListener(kind, listener, { signal: ends.signal });
    // A finger does not hover: it is inside only while it presses.
    on('pointerenter', ({ pointerType }) => setIsOver(pointerType !== 'touch'));
    on('pointerleave', () => setIsOver(false));
    on('focusin', () => setHasFocus(true));
    on('focusout', ({ relatedTarget }) =>
      setHasFocus(relatedTarget instanceof Node && element.contains(relatedTarget)),
    );
    return () => ends.abort();
  }, [ref]);
  return isOver || hasFocus;
}
