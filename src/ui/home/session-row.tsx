import Link from 'next/link';
import type { Outcome } from '@/domain/events/session-event';
import { isUnread } from '@/domain/session/activity';
import { classNames } from '../kit/class-names';
import { formatUsd } from '../kit/format';
import { Mark, type MarkShape, type MarkTone } from '../kit/mark';
import { Time } from '../kit/time';
import { useMe } from '../live/live-provider';
import { StatusMark } from '../live/status-mark';
import { FoundText } from './found-text';
import { RowPeople } from './row-people';
import type { ListedSession } from './use-sessions';

/** How a session at rest ended its last turn. */
const ENDED = {
  completed: { shape: 'check', tone: 'muted' },
  failed: { shape: 'cross', tone: 'danger' },
  stopped: { shape: 'dash', tone: 'muted' },
  interrupted: { shape: 'alert', tone: 'danger' },
} satisfies Record<Outcome, { shape: MarkShape; tone: MarkTone }>;

/**
 * One session: its sign, its title and where it is, what it is doing, who is in it, since when it is so, and what it
 * cost. Two lines where there is no room for one.
 */
export function SessionRow({ session, search }: { session: ListedSession; search: string }) {
  const { person } = useMe();
  const { id, title, status, lastOutcome, excerpt, repository, changedAt, costUsd } = session;
  const isNew = isUnread(session, { userId: person.id, readSeq: session.readSeq });
  return (
    <li>
      <Link
        href={`/s/${id}`}
        data-row
        data-session={id}
        data-unread={isNew || undefined}
        className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-0.5 rounded-md px-2 py-1.5 hover:bg-raised focus-visible:bg-raised md:grid-cols-[auto_minmax(0,1fr)_14rem_6.5rem_2.5rem_3.5rem]"
      >
        {status.kind === 'idle' && lastOutcome !== null ? (
          <Mark {...ENDED[lastOutcome]} />
        ) : (
          <StatusMark status={status} />
        )}
        <span className="flex min-w-0 items-center gap-2">
          {isNew && <UnreadDot />}
          <span title={title} className={classNames('truncate', isNew && 'font-semibold')}>
            <FoundText text={title} search={search} />
          </span>
          <span className="hidden shrink-0 text-xs text-muted lg:inline">{repository.name}</span>
        </span>
        <span
          title={status.words}
          className={classNames(
            'col-start-2 row-start-2 truncate text-sm md:col-start-3 md:row-start-1',
            status.kind === 'needs_you' ? 'text-ask' : 'text-muted',
          )}
        >
          {status.words}
          <span className="text-muted lg:hidden"> · {repository.name}</span>
        </span>
        <span className="col-start-3 row-start-1 text-right text-sm text-muted md:col-start-5">
          <Time at={changedAt} />
        </span>
        <span className="col-start-3 row-start-2 flex items-center justify-end gap-2 md:contents">
          <span className="md:col-start-4 md:row-start-1">
            <RowPeople session={session} />
          </span>
          <span className="tabular text-right text-sm text-muted md:col-start-6 md:row-start-1">
            {costUsd > 0 && formatUsd(costUsd)}
          </span>
        </span>
        {excerpt !== null && (
          <span title={excerpt} className="col-span-2 col-start-2 truncate text-xs text-muted md:col-span-4">
            … <FoundText text={excerpt.replaceAll(/\s+/g, ' ')} search={search} />
          </span>
        )}
      </Link>
    </li>
  );
}

/** News that oneself has not seen yet; read out as a word, since it is before the title. */
function UnreadDot() {
  return (
    <>
      <span className="sr-only">Unread: </span>
      <span aria-hidden title="Unread" className="size-1.5 shrink-0 rounded-full bg-accent" />
    </>
  );
}
