import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { databaseOfUrl, hasErrorCode, urlOfDatabase, withConnection } from '@/embedded/postgres/connection';

/** Prisma Migrate's own table, word for word, so that its command line and this module can take turns. */
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** The advisory lock that Prisma's schema engine takes, so the two also exclude each other. */
const PRISMA_LOCK = 72_707_369;

/** One folder of `prisma/migrations`. The checksum is the sha256 of the file, in hex, as Prisma keeps it. */
export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** What a call of {@link applyMigrations} did and saw. */
export interface MigrationReport {
  /** Names of the migrations applied by this call, in order. */
  applied: string[];
  /** Names of migrations whose file was changed after it had been applied; the database has the old form. */
  edited: string[];
}

interface AppliedRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/** Creates the database that the URL names. Returns false when it is there already. */
export async function ensureDatabase(url: string): Promise<boolean> {
  const name = databaseOfUrl(url);
  return withConnection(urlOfDatabase(url, 'postgres'), async (client) => {
    try {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return true;
    } catch (error) {
      // 42P04: it exists. 23505: another process is just creating it, and Postgres let that one win.
      if (hasErrorCode(error, '42P04', '23505')) return false;
      throw error;
    }
  });
}

/** Reads a migrations folder in the order of application; a folder that doesn't exist holds none. */
export async function readMigrations(dir: string): Promise<Migration[]> {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function lockAndReadApplied(client: pg.Client): Promise<AppliedRow[]> {
  await client.query("SET lock_timeout = '60s'");
  await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
  await client.query('RESET lock_timeout');
  await client.query(MIGRATIONS_TABLE);
  const { rows } = await client.query<AppliedRow>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const failed = rows.find((row) => row.finished_at === null);
  if (failed !== undefined)
    throw new Error(
      `The migration ${failed.migration_name} failed earlier, so no other is applied. Correct the database, then ` +
        `run "npx prisma migrate resolve --rolled-back ${failed.migration_name}" (or --applied).`,
    );
  return rows;
}

async function applyMigration(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    migration.checksum,
    migration.name,
  ]);
  try {
    await client.query(migration.sql);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, message]);
    throw new Error(`The migration ${migration.name} failed: ${message}`, { cause });
  }
  await client.query(
    'UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}

/**
 * Applies what is missing from a Prisma migrations folder, as `prisma migrate deploy` does and in milliseconds.
 * Concurrent callers take turns. The first migration that fails is recorded, reported and stops the run; from
 * then on every call refuses until somebody resolves it with Prisma's command line.
 */
export async function applyMigrations(url: string, dir: string): Promise<MigrationReport> {
  const migrations = await readMigrations(dir);
  return withConnection(url, async (client) => {
    const checksums = new Map(
      (await lockAndReadApplied(client)).map((row) => [row.migration_name, row.checksum] as const),
    );
    const missing = migrations.filter(({ name }) => !checksums.has(name));
    for (const migration of missing) await applyMigration(client, migration);
    return {
      applied: missing.map(({ name }) => name),
      edited: migrations
        .filter(({ name, checksum }) => checksums.has(name) && checksums.get(name) !== checksum)
        .map(({ name }) => name),
    };
  });
}
