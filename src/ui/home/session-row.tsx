import Link from 'next/link';
import { Time } from '../kit/time';
import { StatusMark } from '../live/status-mark';
import type { ListedSession } from './use-sessions';

/** One session: its sign, its title, what it is doing, where, and since when. */
export function SessionRow({ session }: { session: ListedSession }) {
  const { title, status } = session;
  return (
    <li>
      <Link
        href={`/s/${session.id}`}
        data-row
        data-session={session.id}
        className="grid grid-cols-[auto_1fr_auto] items-center gap-x-2.5 rounded-md px-2 py-1.5 hover:bg-raised focus-visible:bg-raised md:grid-cols-[auto_minmax(0,1fr)_12rem_11rem_2.5rem]"
      >
        <StatusMark status={status} />
        <span className="truncate">{title}</span>
        <span className="row-start-2 col-start-2 truncate text-sm text-muted md:row-start-auto md:col-start-auto">
          {status.words}
          <span className="md:hidden"> · {session.repository.name}</span>
        </span>
        <span className="hidden truncate text-sm text-muted md:block">{session.repository.name}</span>
        <span className="text-right text-sm text-muted">
          <Time at={session.updatedAt} />
        </span>
      </Link>
    </li>
  );
}
