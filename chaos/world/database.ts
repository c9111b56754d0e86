import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { applyMigrations, ensureDatabase } from '@/embedded/postgres/migrations';
import { findPostmaster } from '@/embedded/postgres/postmaster';
import { keepPostgres } from '@/embedded/stack/keep-postgres';
import { childrenOf } from './processes';

/** A real Postgres of a run's own, that comes back whenever it is killed. */
export interface Database {
  url: string;
  /** The server and all its children; none while it restarts. */
  pids(): Promise<number[]>;
  /** Asks past all faults, patiently while the server restarts. */
  ask<Row extends pg.QueryResultRow>(query: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 30_000;

export async function startDatabase(folder: string, say: (line: string) => void): Promise<Database> {
  const kept = await keepPostgres(folder, say);
  const { databaseUrl } = kept.postgres;
  await ensureDatabase(databaseUrl);
  await applyMigrations(databaseUrl, resolve('prisma/migrations'));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 5_000 });
  // A killed server breaks connections that nobody uses at the moment.
  pool.on('error', () => undefined);
  return {
    url: databaseUrl,
    pids: async () => {
      const postmaster = await findPostmaster(kept.postgres.dataDir, 0).catch(() => undefined);
      return postmaster ? [postmaster.pid, ...childrenOf(postmaster.pid)] : [];
    },
    ask: async <Row extends pg.QueryResultRow>(query: string, values: readonly unknown[] = []) => {
      const until = Date.now() + PATIENCE_MS;
      for (;;) {
        try {
          return (await pool.query<Row>(query, [...values])).rows;
        } catch (error) {
          if (Date.now() > until) throw error;
          await delay(200);
        }
      }
    },
    stop: async () => {
      await pool.end();
      await kept.stop();
    },
  };
}
