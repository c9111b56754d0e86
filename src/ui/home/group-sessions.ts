import { type SessionStatus, sessionStatus, type StatusKind } from '@/domain/session/session-status';
import type { ListedSession } from './use-sessions';

export interface Row {
  session: ListedSession;
  status: SessionStatus;
}

export interface Group {
  title: 'Needs you' | 'Running' | 'Recent';
  rows: Row[];
}

const GROUP_OF = {
  needs_you: 'Needs you',
  starting: 'Running',
  working: 'Running',
  stopping: 'Running',
  waiting: 'Recent',
  idle: 'Recent',
  archived: null,
} satisfies Record<StatusKind, Group['title'] | null>;

/**
 * Sessions in the order of how much they need somebody. Within a group the newest comes first, by when it was made:
 * whatever happens in a session, its row stays where it is while its group does.
 */
export function groupSessions(sessions: readonly ListedSession[]): Group[] {
  const newestFirst = [...sessions].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const rows = newestFirst.map((session): Row => ({ session, status: sessionStatus(session.state) }));
  const titles: Group['title'][] = ['Needs you', 'Running', 'Recent'];
  return titles
    .map((title) => ({ title, rows: rows.filter(({ status }) => GROUP_OF[status.kind] === title) }))
    .filter(({ rows: { length } }) => length > 0);
}
