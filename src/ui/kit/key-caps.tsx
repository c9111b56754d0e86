'use client';

import { keyCaps, type Key } from './keys';
import { useIsMac } from './use-is-mac';

/** A key as it is printed on this machine's keyboard. */
export function KeyCaps({ keys }: { keys: Key }) {
  const isMac = useIsMac();
  if (isMac === null) return null;
  return (
    <span className="inline-flex shrink-0 items-center gap-0.5">
      {keyCaps(keys, isMac).map((cap) => (
        <kbd
          key={cap}
          className="min-w-5 rounded border border-line bg-surface px-1 text-center font-mono text-xs leading-[18px] text-muted"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
