// A session as a list shows it, made up.
import { randomUUID } from 'node:crypto';
import { SessionId, TeamId, UserId } from '@/domain/ids';
import { INITIAL_STATE } from '@/domain/session/state';
import type { ListedSession } from '@/services/sessions/list-sessions';

const AT = new Date(Date.UTC(2026, 0, 1, 12));
const REPOSITORY_ID = randomUUID();
const TEAM_ID = TeamId.parse(randomUUID());

/** An idle session of Ada's, but for what is given. */
export function listed(given: Partial<ListedSession> = {}): ListedSession {
  return {
    id: SessionId.parse(randomUUID()),
    teamId: TEAM_ID,
    title: 'Add a dark mode toggle',
    repository: {
      id: REPOSITORY_ID,
      kind: 'demo',
      name: 'acme/playground',
      url: 'https://git.test/playground',
    },
    ...{ baseBranch: 'main', branch: 'dispatch/dark-mode', modelId: 'scripted' },
    creatorId: UserId.parse('ada'),
    isArchived: false,
    state: INITIAL_STATE,
    status: { kind: 'idle', words: 'done' },
    lastOutcome: 'completed',
    costUsd: 0.41,
    people: [{ userId: UserId.parse('ada'), name: 'Ada', via: 'web', seq: 2 }],
    ...{ newsSeq: 0, lastSeq: 9, readSeq: 0, excerpt: null, here: [] },
    ...{ createdAt: AT, changedAt: AT, updatedAt: AT },
    ...given,
  };
}
