import type { SessionRecord } from '@/db/sessions';
import type { SessionId, TeamId } from '@/domain/ids';
import type { SessionState } from '@/domain/session/state';

/** What the head of a session shows: nothing that is for servers only. */
export interface SessionView {
  id: SessionId;
  teamId: TeamId;
  title: string;
  repository: { kind: string; name: string; url: string };
  baseBranch: string;
  branch: string;
  creatorId: string;
  modelId: string;
  effort: string | null;
  isArchived: boolean;
  state: SessionState;
  lastSeq: number;
  accessVersion: number;
  createdAt: Date;
  updatedAt: Date;
}

export function viewSession(session: SessionRecord): SessionView {
  const { id, teamId, title, baseBranch, branch, creatorId, modelId, effort, isArchived, state } = session;
  const { lastSeq, accessVersion, createdAt, updatedAt } = session;
  const { kind, name, url } = session.repository;
  return {
    ...{ id, teamId, title, baseBranch, branch, creatorId, modelId, effort, isArchived, state },
    ...{ lastSeq, accessVersion, createdAt, updatedAt },
    repository: { kind, name, url },
  };
}
