import Link from 'next/link';
import type { SessionStatus } from '@/domain/session/session-status';
import { Time } from '../../kit/time';
import type { LiveView, OpenedPage } from '../../live/live-session';
import { StatusMark } from '../../live/status-mark';

/** Which session this is, what it is doing, and how far this tab has followed it. */
export function SessionHeader({
  page: { session },
  view,
  status,
}: {
  page: OpenedPage;
  view: LiveView;
  status: SessionStatus;
}) {
  const { title } = view.session;
  return (
    <header className="flex items-center gap-2 border-b bg-surface px-2 py-2 md:gap-3 md:px-3">
      <Link
        href="/"
        aria-label="All sessions"
        className="grid size-7 shrink-0 place-items-center rounded-md text-lg text-muted hover:bg-raised hover:text-text"
      >
        ‹
      </Link>
      <h1 className="min-w-0 truncate font-semibold" title={title}>
        {title}
      </h1>
      <p className="hidden min-w-0 flex-1 truncate text-sm text-muted md:block">
        {session.repository.name} · <span className="font-mono text-xs">{session.branch}</span>
        <span className="hidden xl:inline">
          {' '}
          · from <span className="font-mono text-xs">{session.baseBranch}</span>,{' '}
          <Time at={session.createdAt} />
        </span>
      </p>
      <p className="ml-auto flex shrink-0 items-center gap-1.5 text-sm" role="status">
        <StatusMark status={status} />
        <span className="max-sm:sr-only">{status.words}</span>
      </p>
      <span
        className="tabular shrink-0 font-mono text-xs text-muted"
        title="The newest event that this tab shows. Two people who see the same number see the same session."
      >
        #{view.appliedSeq}
      </span>
    </header>
  );
}
