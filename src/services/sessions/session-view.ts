import type { SessionRecord } from '@/db/sessions';
import type { SessionId, TeamId } from '@/domain/ids';
import type { SessionState } from '@/domain/session/state';

/** What a list of sessions, and the head of a session, show: nothing that is for servers only. */
export interface SessionView {
  id: SessionId;
  teamId: TeamId;
  title: string;
  repository: { kind: string; name: string; url: string };
  baseBranch: string;
  branch: string;
  creatorId: string;
  isArchived: boolean;
  state: SessionState;
  lastSeq: number;
  accessVersion: number;
  createdAt: Date;
  updatedAt: Date;
}

export function viewSession(session: SessionRecord): SessionView {
  const { id, teamId, title, baseBranch, branch, creatorId, isArchived, state } = session;
  const { lastSeq, accessVersion, createdAt, updatedAt } = session;
  const { kind, name, url } = session.repository;
  return {
    ...{ id, teamId, title, baseBranch, branch, creatorId, isArchived, state },
    ...{ lastSeq, accessVersion, createdAt, updatedAt },
    repository: { kind, name, url },
  };
}
