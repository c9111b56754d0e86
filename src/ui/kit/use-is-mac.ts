import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** Whether ⌘ is the main modifier of this machine. */
export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** As `isMac`; null while the server renders, which does not know whose keyboard it is. */
export function useIsMac(): boolean | null {
  return useSyncExternalStore<boolean | null>(never, isMac, () => null);
}
