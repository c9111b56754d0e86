'use client';

import { formatAge, formatClock, formatExact } from './format';
import { useNow } from './use-now';

const AGE_STEP_MS = 10_000;

/** When something was: how long ago, or the wall clock; the exact time is one hover away. */
export function Time({ at, as = 'age' }: { at: Date | string; as?: 'age' | 'clock' }) {
  const now = useNow(AGE_STEP_MS);
  const date = new Date(at);
  if (now === null) return <time dateTime={date.toISOString()} />;
  return (
    <time dateTime={date.toISOString()} title={formatExact(date)} className="tabular">
      {as === 'clock' ? formatClock(date) : formatAge(now - date.getTime())}
    </time>
  );
}
