import { z } from 'zod';
import { ClientKind } from '@/domain/events/actor';
import { Outcome, RepositoryKind } from '@/domain/events/session-event';
import { SessionId, TeamId, UserId } from '@/domain/ids';
import { type Activity, speakersOf } from '@/domain/session/activity';
import { sessionStatus } from '@/domain/session/session-status';
import { SessionState } from '@/domain/session/state';
import { MAX_SPEAKERS, type SessionRow } from '@/domain/wire/session-row';
import type { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';

export const ROW = {
  id: true,
  teamId: true,
  title: true,
  baseBranch: true,
  branch: true,
  modelId: true,
  creatorId: true,
  isArchived: true,
  state: true,
  doing: true,
  lastOutcome: true,
  costUsd: true,
  people: true,
  newsSeq: true,
  lastSeq: true,
  createdAt: true,
  changedAt: true,
  updatedAt: true,
  repository: { select: { id: true, kind: true, name: true, url: true } },
} satisfies Prisma.SessionSelect;

const People = z.record(
  UserId,
  z.object({ name: z.string(), via: ClientKind, seq: z.number().int().nonnegative() }),
);

/** A session's row as lists show it. Nothing in it costs more for a longer log. */
export function toSessionRow(row: Prisma.SessionGetPayload<{ select: typeof ROW }>): SessionRow {
  const { doing, costUsd, people, repository, ...rest } = row;
  const state = SessionState.parse(rest.state);
  const lastOutcome = Outcome.nullable().parse(rest.lastOutcome);
  return {
    ...rest,
    id: SessionId.parse(rest.id),
    teamId: TeamId.parse(rest.teamId),
    creatorId: UserId.parse(rest.creatorId),
    repository: { ...repository, kind: RepositoryKind.parse(repository.kind) },
    state,
    status: sessionStatus(state, { doing, lastOutcome }),
    lastOutcome,
    costUsd: costUsd.toNumber(),
    people: speakersOf(People.parse(people)).slice(0, MAX_SPEAKERS),
  };
}

interface FoundRow {
  row: SessionRow;
  teamAccessVersion: number;
  /** Not everybody in the team may see its repository at GitHub, as far as is known. */
  isHiddenFromSome: boolean;
}

/** How a session looks in a list, with the version that is part of its team's channel; null for one that is in none. */
export async function findSessionRow(db: Db, id: SessionId): Promise<FoundRow | null> {
  const [found] = await db.$queryRaw<(Parameters<typeof toSessionRow>[0] & Omit<FoundRow, 'row'>)[]>`
    SELECT session.id, session.team_id AS "teamId", title, base_branch AS "baseBranch", branch,
      model_id AS "modelId", creator_id AS "creatorId", is_archived AS "isArchived", state, doing,
      last_outcome AS "lastOutcome", cost_usd AS "costUsd", people, news_seq AS "newsSeq", last_seq AS "lastSeq",
      session.created_at AS "createdAt", changed_at AS "changedAt", session.updated_at AS "updatedAt",
      jsonb_build_object('id', repository.id, 'kind', repository.kind, 'name', repository.name,
        'url', repository.url) AS repository,
      team.access_version AS "teamAccessVersion",
      repository.kind = 'github' AND EXISTS (
        SELECT FROM membership LEFT JOIN github_access AS access
          ON access.user_id = membership.user_id AND access.full_name = repository.name
        WHERE membership.team_id = team.id AND COALESCE(access."right", 'none') = 'none') AS "isHiddenFromSome"
    FROM session JOIN repository ON repository.id = repository_id JOIN team ON team.id = session.team_id
    WHERE session.id = ${id}::uuid AND NOT is_draft AND NOT is_builder`;
  if (!found) return null;
  const { teamAccessVersion, isHiddenFromSome, ...row } = found;
  return { row: toSessionRow(row), teamAccessVersion, isHiddenFromSome };
}

/** What is stored beside a session's log for lists, in the shape of a replay. */
export async function findActivity(db: Db, id: SessionId): Promise<(Activity & { status: string }) | null> {
  const row = await db.session.findUnique({
    where: { id },
    select: { doing: true, costUsd: true, lastOutcome: true, people: true, newsSeq: true, status: true },
  });
  if (!row) return null;
  const { doing, newsSeq, status } = row;
  return {
    ...{ doing, newsSeq, status },
    costNanoUsd: Math.round(row.costUsd.toNumber() * 1e9),
    lastOutcome: Outcome.nullable().parse(row.lastOutcome),
    people: People.parse(row.people),
  };
}

/** Whether a team is to be told of a session's row now: it is, in some milliseconds, or for now there is no need. */
export type Telling = 'now' | { inMs: number } | 'never';

/**
 * Takes the turn to tell a team how a session looks since the event `seq`: at most one does in `everyMs`, and none
 * when it was told already or nobody has a list open. Locks the session's row, so that of two that ask at once the
 * second sees the first.
 */
export async function claimTelling(
  db: Db,
  id: SessionId,
  { seq, everyMs }: { seq: number; everyMs: number },
): Promise<Telling> {
  const claimed = await db.$executeRaw`
    UPDATE session SET told_at = now(), told_seq = last_seq FROM team
    WHERE session.id = ${id}::uuid AND team.id = session.team_id AND team.watchers > 0
      AND told_seq < ${seq}::int AND told_at <= now() - make_interval(secs => ${everyMs / 1_000})`;
  if (claimed > 0) return 'now';
  const [left] = await db.$queryRaw<{ ms: number }[]>`
    SELECT extract(epoch FROM told_at - now())::float8 * 1000 + ${everyMs}::int AS ms
    FROM session JOIN team ON team.id = session.team_id
    WHERE session.id = ${id}::uuid AND team.watchers > 0 AND told_seq < ${seq}::int`;
  return left ? { inMs: Math.max(0, left.ms) } : 'never';
}

/** Whether anybody of a team has a list open, on its channel of this version. */
export async function setTeamWatchers(
  db: Db,
  id: TeamId,
  { accessVersion, watchers }: { accessVersion: number; watchers: number },
): Promise<void> {
  await db.team.updateMany({ where: { id, accessVersion }, data: { watchers } });
}
