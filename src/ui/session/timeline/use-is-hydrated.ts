import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False on the server and in the very first drawing of what it sent; true from then on. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
