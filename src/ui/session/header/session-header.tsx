import Link from 'next/link';
import type { SessionStatus } from '@/domain/session/session-status';
import { Time } from '../../kit/time';
import type { LiveView, OpenedPage } from '../../live/live-session';
import { StatusMark } from '../../live/status-mark';
import { PanelTabs } from '../layout/panel-tabs';
import { PANELS } from '../layout/panel-name';
import { usePanels } from '../layout/panels-context';
import { PeopleFaces } from '../people/people-faces';

/** Which session this is, what it is doing, how far this tab has followed it, and on a phone the tabs of its panels. */
export function SessionHeader({
  page: { session },
  view,
  status,
}: {
  page: OpenedPage;
  view: LiveView;
  status: SessionStatus;
}) {
  const { layout, show } = usePanels();
  const { title } = view.session;
  return (
    <header className="border-b bg-surface">
      <div className="flex items-center gap-2 px-2 py-2 md:gap-3 md:px-3">
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
        <Where session={session} />
        <span className="ml-auto" />
        <PeopleFaces />
        <p className="flex shrink-0 items-center gap-1.5 text-sm" role="status">
          <StatusMark status={status} />
          <span className="max-sm:sr-only">{status.words}</span>
        </p>
        <span
          className="tabular shrink-0 font-mono text-xs text-muted"
          title="The newest event that this tab shows. Two people who see the same number see the same session."
        >
          #{view.appliedSeq}
        </span>
      </div>
      <PanelTabs panels={PANELS} shown={layout.alone} onShow={show} className="md:hidden" />
    </header>
  );
}

function Where({ session }: { session: OpenedPage['session'] }) {
  const where = `${session.repository.name} · ${session.branch}`;
  return (
    <p className="hidden min-w-0 flex-1 truncate text-sm text-muted md:block" title={where}>
      {session.repository.name} · <span className="font-mono text-xs">{session.branch}</span>
      <span className="hidden xl:inline">
        {' '}
        · from <span className="font-mono text-xs">{session.baseBranch}</span>,{' '}
        <Time at={session.createdAt} />
      </span>
    </p>
  );
}
