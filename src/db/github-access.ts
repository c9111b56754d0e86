import { type KnownRight, RepositoryRight } from '@/domain/access/repository-access';
import { SessionId, UserId } from '@/domain/ids';
import type { Db, DbOrTransaction } from './client';

/** Somebody and a repository at GitHub, by its full name. */
export interface AccessKey {
  userId: UserId;
  fullName: string;
}

/** What GitHub said last, and how long ago by the database's clock; null when it was never asked. */
export async function findAccess(db: Db, { userId, fullName }: AccessKey): Promise<KnownRight | null> {
  const [row] = await db.$queryRaw<{ right: string; age: number }[]>`
    SELECT "right", extract(epoch FROM now() - checked_at)::float8 AS age FROM github_access
    WHERE user_id = ${userId} AND full_name = ${fullName}`;
  return row ? { right: RepositoryRight.parse(row.right), ageSeconds: row.age } : null;
}

/** A session whose channels got new names. */
export interface RenamedSession {
  id: SessionId;
  accessVersion: number;
}

/**
 * Writes down what GitHub says now. A right that is gone renames, in the same statement, the channels of the
 * repository's sessions in that person's teams: from its commit on nothing is said where they may listen.
 */
export async function saveAccess(
  db: Db,
  { userId, fullName }: AccessKey,
  right: RepositoryRight,
): Promise<RenamedSession[]> {
  const rows = await db.$queryRaw<{ id: string; access_version: number }[]>`
    WITH before AS (
      SELECT "right" FROM github_access WHERE user_id = ${userId} AND full_name = ${fullName}
    ), saved AS (
      INSERT INTO github_access (user_id, full_name, "right") VALUES (${userId}, ${fullName}, ${right})
      ON CONFLICT (user_id, full_name) DO UPDATE SET "right" = excluded."right", checked_at = now()
    ), lost AS (
      SELECT session.id FROM session
        JOIN repository ON repository.id = session.repository_id
        JOIN membership ON membership.team_id = session.team_id AND membership.user_id = ${userId}
      WHERE repository.kind = 'github' AND repository.name = ${fullName}
        AND ${right} = 'none' AND EXISTS (SELECT FROM before WHERE "right" <> 'none')
      ORDER BY session.id FOR UPDATE OF session
    ), renamed AS (
      UPDATE session SET access_version = access_version + 1, watchers = 0 FROM lost
      WHERE session.id = lost.id RETURNING session.id, access_version
    ), forgotten AS (
      DELETE FROM session_presence USING lost WHERE session_id = lost.id AND user_id = ${userId}
    )
    SELECT id, access_version FROM renamed`;
  return rows.map((row) => ({ id: SessionId.parse(row.id), accessVersion: row.access_version }));
}

/** The repositories of somebody's teams for which GitHub has not been asked for so long, or never. */
export async function unconfirmedRepositories(
  db: Db,
  { userId, olderThanSeconds }: { userId: UserId; olderThanSeconds: number },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT repository.name FROM repository
      JOIN membership ON membership.team_id = repository.team_id AND membership.user_id = ${userId}
      LEFT JOIN github_access AS access
        ON access.full_name = repository.name AND access.user_id = membership.user_id
    WHERE repository.kind = 'github'
      AND (access.checked_at IS NULL OR access.checked_at < now() - make_interval(secs => ${olderThanSeconds}))`;
  return rows.map(({ name }) => name);
}

/** Whom a change at GitHub may concern. */
export interface AccessScope {
  /** The login of one person; everybody if left out. */
  login?: string | undefined;
  /** The full name of one repository, or all of an account. */
  of: { fullName: string } | { account: string };
}

/** Makes what was known count as never asked, and says of whom a right was known. */
export async function doubtAccess(db: DbOrTransaction, { login, of }: AccessScope): Promise<void> {
  const fullName = 'fullName' in of ? of.fullName : null;
  const prefix = 'account' in of ? `${of.account}/` : null;
  await db.$executeRaw`
    UPDATE github_access SET checked_at = 'epoch' FROM "user"
    WHERE "user".id = github_access.user_id
      AND (${login ?? null}::text IS NULL OR "user".login = ${login ?? null})
      AND (${fullName}::text IS NULL OR full_name = ${fullName})
      AND (${prefix}::text IS NULL OR starts_with(full_name, ${prefix}))`;
}

/**
 * Rights that somebody is using, or that are in doubt, and that were not confirmed for `olderThanSeconds`: those of
 * whoever is in a session, and all that a webhook cast doubt on.
 */
export async function rightsToConfirm(
  db: Db,
  { olderThanSeconds, limit }: { olderThanSeconds: number; limit: number },
): Promise<AccessKey[]> {
  const rows = await db.$queryRaw<{ user_id: string; full_name: string }[]>`
    SELECT user_id, full_name FROM github_access AS access
    WHERE "right" <> 'none' AND checked_at < now() - make_interval(secs => ${olderThanSeconds})
      AND (checked_at = 'epoch' OR EXISTS (
        SELECT FROM session_presence
          JOIN session ON session.id = session_presence.session_id
          JOIN repository ON repository.id = session.repository_id
        WHERE session_presence.user_id = access.user_id AND repository.name = access.full_name))
    ORDER BY checked_at LIMIT ${limit}`;
  return rows.map((row) => ({ userId: UserId.parse(row.user_id), fullName: row.full_name }));
}
