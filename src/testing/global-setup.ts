// Runs once for each run of vitest: a throw-away Postgres and a migrated template, which `useDatabase` clones.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestProject } from 'vitest/node';
import { withFileLock } from '@/embedded/postgres/file-lock';
import { startSavedPostgres } from '@/embedded/postgres/start-saved-postgres';
import {
  countOtherRuns,
  dropLeftovers,
  dropOwnDatabases,
  ensureTemplate,
  type RunLease,
  takeLease,
  templateName,
} from '@/testing/test-server';

/** What every test file is told about this run. */
export interface TestRun {
  /** Connection string of the server's `postgres` database. */
  serverUrl: string;
  runId: string;
  template: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    testRun: TestRun;
  }
}

interface TestServer {
  serverUrl: string;
  stop(): Promise<void>;
}

const DATA_FOLDER = resolve('.data');
const MIGRATIONS_FOLDER = resolve('prisma/migrations');

/** `TEST_DATABASE_SERVER` names a server that is there already (a CI service, say); it is never stopped. */
async function findServer(): Promise<TestServer> {
  const serverUrl = process.env['TEST_DATABASE_SERVER'];
  if (serverUrl !== undefined && serverUrl !== '') return { serverUrl, stop: async () => {} };
  const postgres = await startSavedPostgres({
    dataFolder: DATA_FOLDER,
    name: 'test-postgres',
    database: 'postgres',
    port: 0,
    fast: true,
  });
  return { serverUrl: postgres.databaseUrl, stop: () => postgres.stop() };
}

/** The last of concurrent runs turns off the light. */
async function leave(lease: RunLease, server: TestServer): Promise<void> {
  await dropOwnDatabases(lease);
  const others = await countOtherRuns(lease);
  await lease.client.end();
  if (others === 0) await server.stop();
}

/** Entering and leaving exclude other runs, so none stops the server that another is about to use. */
function whileOthersWait<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(DATA_FOLDER, { recursive: true });
  return withFileLock(join(DATA_FOLDER, 'test-run.lock'), work);
}

/** Vitest's entry: returns what it calls at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = { runId: randomBytes(5).toString('hex'), template: await templateName(MIGRATIONS_FOLDER) };
  const { server, lease } = await whileOthersWait(async () => {
    const found = await findServer();
    const taken = await takeLease(found.serverUrl, run);
    await dropLeftovers(taken);
    await ensureTemplate(found.serverUrl, taken, MIGRATIONS_FOLDER);
    return { server: found, lease: taken };
  });
  project.provide('testRun', { serverUrl: server.serverUrl, ...run });
  return () => whileOthersWait(() => leave(lease, server));
}
