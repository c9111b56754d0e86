import type { RefObject } from 'react';
import { Button } from '../kit/button';
import { Notice } from '../kit/notice';
import { Skeleton } from '../kit/skeleton';
import { wordsOf } from '../live/failure';
import { FirstUse } from './first-use';
import { SessionRow } from './session-row';
import type { useSessions } from './use-sessions';

/** The groups of sessions, or why there are none. */
export function SessionList({
  sessions: { groups, error, isPending, isFirstUse, refetch },
  ref,
  onExample,
}: {
  sessions: ReturnType<typeof useSessions>;
  ref: RefObject<HTMLDivElement | null>;
  onExample: (text: string) => void;
}) {
  if (isPending) return <Skeleton lines={6} />;
  return (
    <div ref={ref} className="flex flex-col gap-6">
      {error && (
        <Notice
          tone="danger"
          action={
            <Button size="small" onClick={() => void refetch()}>
              Try again
            </Button>
          }
        >
          The list could not be read. {wordsOf(error)}
        </Notice>
      )}
      {isFirstUse && <FirstUse onExample={onExample} />}
      {groups.map(({ title, rows }) => (
        <section key={title} aria-label={title}>
          <h2 className="mb-1 px-2 text-sm font-medium text-muted">
            {title} <span className="tabular">({rows.length})</span>
          </h2>
          <ul>
            {rows.map((row) => (
              <SessionRow key={row.id} session={row} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
