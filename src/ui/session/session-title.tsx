import type { StatusKind } from '@/domain/session/session-status';
import type { SyncState } from '@/domain/sync/sync-state';
import { TabTitle, type TabSign } from '../kit/tab-title';

const SIGNS = {
  needs_you: 'needs-you',
  starting: 'working',
  working: 'working',
  stopping: 'working',
  waiting: 'plain',
  idle: 'plain',
  archived: 'plain',
} satisfies Record<StatusKind, TabSign>;

/** The tab says which session it holds and what is going on in it, as far as it can know. */
export function SessionTitle({
  title,
  status,
  sync,
}: {
  title: string;
  status: StatusKind;
  sync: SyncState['kind'];
}) {
  return <TabTitle title={title} sign={sync === 'offline' ? 'offline' : SIGNS[status]} />;
}
