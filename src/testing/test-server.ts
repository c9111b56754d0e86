import { createHash } from 'node:crypto';
import pg from 'pg';
import { openConnection, urlOfDatabase } from '@/embedded/postgres/connection';
import { applyMigrations, ensureDatabase, readMigrations } from '@/embedded/postgres/migrations';

/**
 * The connection that says "this test run is alive". Its name carries the run's id and its template, so other runs
 * on the same server know what is in use; it vanishes with the process, however that ends.
 */
export interface RunLease {
  client: pg.Client;
  runId: string;
  template: string;
}

const LEASE_PREFIX = 'dispatch-test';
const TEMPLATE_PREFIX = 'tpl_';
const CLONE_PREFIX = 't_';

/** A database of this run starts with this; the rest of the name is up to the caller. */
export function cloneName(runId: string, suffix: string): string {
  return `${CLONE_PREFIX}${runId}_${suffix}`;
}

/** The template's name: another one for every state of the migrations. */
export async function templateName(migrationsDir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, checksum } of await readMigrations(migrationsDir)) hash.update(`${name}:${checksum}\n`);
  return TEMPLATE_PREFIX + hash.digest('hex').slice(0, 12);
}

/** Signs a run in. */
export async function takeLease(
  serverUrl: string,
  run: { runId: string; template: string },
): Promise<RunLease> {
  const name = `${LEASE_PREFIX}:${run.runId}:${run.template}`;
  return { client: await openConnection(serverUrl, name), ...run };
}

interface LiveRun {
  runId: string;
  template: string;
}

async function liveRuns(client: pg.Client): Promise<LiveRun[]> {
  const { rows } = await client.query<{ application_name: string }>(
    'SELECT application_name FROM pg_stat_activity WHERE application_name LIKE $1',
    [`${LEASE_PREFIX}:%`],
  );
  return rows.map(({ application_name }) => {
    const [, runId = '', template = ''] = application_name.split(':');
    return { runId, template };
  });
}

/** How many other test runs use the server. */
export async function countOtherRuns({ client, runId }: RunLease): Promise<number> {
  return (await liveRuns(client)).filter((run) => run.runId !== runId).length;
}

async function drop(client: pg.Client, database: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
}

/** Drops what no living run uses: databases of runs that were killed, and templates of older migrations. */
export async function dropLeftovers({ client }: RunLease): Promise<string[]> {
  const runs = await liveRuns(client);
  const isUsed = (database: string) =>
    runs.some((run) => database === run.template || database.startsWith(cloneName(run.runId, '')));
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
  const leftovers = rows
    .map(({ datname }) => datname)
    .filter((name) => name.startsWith(CLONE_PREFIX) || name.startsWith(TEMPLATE_PREFIX))
    .filter((name) => !isUsed(name));
  for (const name of leftovers) await drop(client, name);
  return leftovers;
}

/** Drops the databases of this run. */
export async function dropOwnDatabases({ client, runId }: RunLease): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [cloneName(runId, '')],
  );
  for (const { datname } of rows) await drop(client, datname);
}

/**
 * Makes the migrated template unless there is one. It gets its name when it is whole, and nobody connects to it
 * after that, since Postgres clones no database that is in use.
 */
export async function ensureTemplate(
  serverUrl: string,
  lease: RunLease,
  migrationsDir: string,
): Promise<void> {
  const { client, runId, template } = lease;
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount !== 0) return;
  const building = cloneName(runId, 'template');
  const url = urlOfDatabase(serverUrl, building);
  await ensureDatabase(url);
  await applyMigrations(url, migrationsDir);
  await client.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
}
