import { LIST_STATE, type ListState } from '@/domain/wire/session-row';
import type { ListedSession } from './use-sessions';

export interface Group {
  title: 'Needs you' | 'Running' | 'Recent' | 'Archived';
  rows: ListedSession[];
}

const TITLES = {
  needs_you: 'Needs you',
  running: 'Running',
  recent: 'Recent',
  archived: 'Archived',
} as const satisfies Record<ListState, Group['title']>;

/**
 * Sessions in the order of how much they need somebody. Within a group the one that came into it last is first: whatever
 * else happens in a session, its row stays where it is while its group does.
 */
export function groupSessions(sessions: readonly ListedSession[]): Group[] {
  const lastFirst = [...sessions].sort((a, b) => b.changedAt.getTime() - a.changedAt.getTime());
  return Object.entries(TITLES)
    .map(([place, title]) => ({
      title,
      rows: lastFirst.filter(({ status }) => LIST_STATE[status.kind] === place),
    }))
    .filter(({ rows }) => rows.length > 0);
}
