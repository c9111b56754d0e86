import { useSyncExternalStore } from 'react';

/** Where the timeline and a panel have room side by side; the same as Tailwind's `md`. */
const WIDE = '(min-width: 768px)';

/** Asked at the moment of a key. */
export const isWideNow = (): boolean => matchMedia(WIDE).matches;

function subscribe(listener: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether there is room for a panel beside the timeline; the server, which can't know, assumes it. */
export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, isWideNow, () => true);
}
