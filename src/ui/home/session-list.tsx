import { Button } from '../kit/button';
import { classNames } from '../kit/class-names';
import { formatClock } from '../kit/format';
import { Notice } from '../kit/notice';
import { Skeleton } from '../kit/skeleton';
import { useOnline } from '../kit/use-online';
import { wordsOf } from '../live/failure';
import { EmptyList } from './empty-list';
import type { Group } from './group-sessions';
import { NothingFound } from './nothing-found';
import { SessionRow } from './session-row';
import type { FilterControl } from './use-list-filter';
import type { useSessions } from './use-sessions';

type Sessions = ReturnType<typeof useSessions>;

/** The groups of sessions, or why there are none. */
export function SessionList({
  sessions,
  groups,
  control,
  onExample,
}: {
  sessions: Sessions;
  /** In the order in which they are drawn. */
  groups: readonly Group[];
  control: FilterControl;
  onExample: (text: string) => void;
}) {
  const { isPending, isEmpty, isNarrowed, error } = sessions;
  if (isPending && error === null) return <Skeleton lines={8} />;
  return (
    <div
      className={classNames('flex flex-col gap-6', sessions.isBehind && 'opacity-60')}
      aria-busy={sessions.isBehind}
    >
      <ListNotices sessions={sessions} />
      {isEmpty && !isNarrowed && error === null && <EmptyList onExample={onExample} />}
      {isEmpty && isNarrowed && !sessions.isBehind && error === null && <NothingFound control={control} />}
      {groups.map(({ title, rows }) => (
        <section key={title} aria-label={title}>
          <h2 className="mb-1 px-2 text-sm font-medium text-muted">
            {title} <span className="tabular">({rows.length})</span>
          </h2>
          <ul>
            {rows.map((session) => (
              <SessionRow key={session.id} session={session} search={control.filter.search} />
            ))}
          </ul>
        </section>
      ))}
      <ListEnd sessions={sessions} control={control} />
    </div>
  );
}

function ListNotices({ sessions: { error, refetch, dataUpdatedAt } }: { sessions: Sessions }) {
  const isOnline = useOnline();
  if (!isOnline) {
    return (
      <Notice tone="info">
        You are offline. This is the list as of {formatClock(new Date(dataUpdatedAt))}; it follows again as
        soon as you are back.
      </Notice>
    );
  }
  if (error === null) return null;
  return (
    <Notice
      tone="danger"
      action={
        <Button size="small" onClick={refetch}>
          Try again
        </Button>
      }
    >
      The list could not be read. {wordsOf(error)}
    </Notice>
  );
}

/** What is behind the last row: the next page, and what was put away. */
function ListEnd({
  sessions: { hasNextPage, isFetchingNextPage, showMore },
  control: { filter, set },
}: {
  sessions: Sessions;
  control: FilterControl;
}) {
  const isArchive = filter.state === 'archived';
  return (
    <div className="flex flex-wrap items-center gap-2">
      {hasNextPage && (
        <Button size="small" disabled={isFetchingNextPage} onClick={showMore}>
          {isFetchingNextPage ? 'Reading…' : 'Show more'}
        </Button>
      )}
      <Button
        size="small"
        variant="quiet"
        onClick={() => set({ state: isArchive ? null : 'archived', search: '' })}
      >
        {isArchive ? 'Back to all sessions' : 'Archived sessions'}
      </Button>
    </div>
  );
}
