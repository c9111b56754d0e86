import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { urlOfDatabase, withConnection } from '@/embedded/postgres/connection';
import { cloneName } from '@/testing/test-server';

/** A database that belongs to one test file. */
export interface TestDatabase {
  /** Its connection string; there from the file's first `beforeAll` on. */
  readonly url: string;
}

/** Where a test makes its databases. */
function serverUrl(): string {
  return inject('testRun').serverUrl;
}

/** Runs one statement on the server itself. */
async function administer(sql: string): Promise<void> {
  await withConnection(serverUrl(), (client) => client.query(sql));
}

/** A database with every migration applied, or an empty one when `isEmpty`, created before the file's first test. */
function declareDatabase(isEmpty: boolean): TestDatabase {
  const { runId, template } = inject('testRun');
  const name = cloneName(runId, randomBytes(6).toString('hex'));
  let url: string | undefined;
  beforeAll(async () => {
    const source = isEmpty ? 'template0' : template;
    await administer(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(source)}`);
    url = urlOfDatabase(serverUrl(), name);
  });
  afterAll(async () => {
    await administer(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  });
  return {
    get url() {
      if (url === undefined)
        throw new Error('The database is there from the first beforeAll on, not before.');
      return url;
    },
  };
}

/**
 * Gives this test file (or describe block) a real Postgres database of its own with every migration applied. Call it
 * at the top; it is dropped at the end, connections and all.
 */
export function useDatabase(): TestDatabase {
  return declareDatabase(false);
}

/** The same without any migration: for tests of migrations themselves. */
export function useEmptyDatabase(): TestDatabase {
  return declareDatabase(true);
}
