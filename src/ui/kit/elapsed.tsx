'use client';

import { formatDuration } from './format';
import { useNow } from './use-now';

/** How long something runs already, counted up while it is looked at. */
export function Elapsed({ since }: { since: string }) {
  const now = useNow(1_000);
  if (now === null) return null;
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1_000));
  return (
    <span className="tabular">{seconds < 1 ? '' : formatDuration(seconds * 1_000).replace('.0', '')}</span>
  );
}
