import type { Db } from './client';

export interface DatabaseFacts {
  /** As Postgres says it: `18.4`. */
  version: string;
  migrations: number;
  /** Names of migrations that began and did not end. */
  unfinished: string[];
}

/** Asks the database what it is; rejects when it does not answer. */
export async function readDatabaseFacts(db: Db): Promise<DatabaseFacts> {
  const [server] = await db.$queryRaw<{ version: string }[]>`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS version`;
  const migrations = await db.$queryRaw<{ name: string; isFinished: boolean }[]>`
    SELECT migration_name AS name, finished_at IS NOT NULL AS "isFinished"
    FROM _prisma_migrations WHERE rolled_back_at IS NULL`;
  return {
    version: server?.version ?? 'unknown',
    migrations: migrations.filter(({ isFinished }) => isFinished).length,
    unfinished: migrations.filter(({ isFinished }) => !isFinished).map(({ name }) => name),
  };
}

/** Seconds since a sweep last came to its end, by the database's clock; null when none did within a day. */
export async function secondsSinceSweep(db: Db): Promise<number | null> {
  const [row] = await db.$queryRaw<{ seconds: number | null }[]>`
    SELECT extract(epoch FROM now() - max(ended_at))::float8 AS seconds FROM sweep_run`;
  return row?.seconds ?? null;
}
