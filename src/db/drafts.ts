import { SessionId, type UserId } from '@/domain/ids';
import type { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';
import type { NewSession } from './sessions';

/** As many a team, one a person: each has a sandbox. */
const MAX_OF_TEAM = 5;
/** Nothing was typed for so long: whoever began it has left. */
const ENDS_AFTER_SECONDS = 600;

/** A session whose first prompt is being typed, and where its sandbox is. */
export interface Draft {
  id: SessionId;
  repository: { id: string };
  baseBranch: string;
  modelId: string;
  effort: string | null;
  sandboxRef: Prisma.JsonValue;
}

const DRAFT = {
  ...{ id: true, repository: { select: { id: true } }, baseBranch: true, modelId: true, effort: true },
  sandboxRef: true,
} satisfies Prisma.SessionSelect;

/** Adds a draft, unless the team has as many as it may; whether it did. */
export async function insertDraft(db: Db, session: NewSession): Promise<boolean> {
  return db.$transaction(async (transaction) => {
    // Not the team's row: whoever inserts a session holds that one too, and would be waited for in a circle.
    await transaction.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${session.teamId}, 0))::text`;
    const others = await transaction.session.count({ where: { teamId: session.teamId, isDraft: true } });
    if (others >= MAX_OF_TEAM) return false;
    const data = { ...session, isDraft: true };
    const { count } = await transaction.session.createMany({ data: [data], skipDuplicates: true });
    return count > 0;
  });
}

/** The drafts of a person, in whatever team. */
export async function findDraftsOf(db: Db, creatorId: UserId): Promise<Draft[]> {
  const rows = await db.session.findMany({ where: { creatorId, isDraft: true }, select: DRAFT });
  return rows.map((row) => ({ ...row, id: SessionId.parse(row.id) }));
}

/** Drafts for which nothing was typed for ten minutes. */
export async function findStaleDrafts(db: Db): Promise<Draft[]> {
  const stale = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM session
    WHERE is_draft AND greatest(created_at, touched_at) < now() - make_interval(secs => ${ENDS_AFTER_SECONDS})`;
  const ids = stale.map(({ id }) => id);
  const rows = await db.session.findMany({ where: { id: { in: ids }, isDraft: true }, select: DRAFT });
  return rows.map((row) => ({ ...row, id: SessionId.parse(row.id) }));
}

/** Makes a draft a session like any other, under its title; false when it is none any more. */
export async function adoptDraft(db: Db, id: SessionId, title: string): Promise<boolean> {
  const adopted = await db.$executeRaw`
    UPDATE session SET is_draft = false, title = ${title}, created_at = now(), changed_at = now()
    WHERE id = ${id}::uuid AND is_draft`;
  return adopted > 0;
}

/** Takes a draft away with all that hangs on it; false when it became a session meanwhile. */
export async function deleteDraft(db: Db, id: SessionId): Promise<boolean> {
  const { count } = await db.session.deleteMany({ where: { id, isDraft: true } });
  return count > 0;
}
