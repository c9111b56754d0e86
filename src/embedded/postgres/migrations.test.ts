import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseOfUrl, urlOfDatabase, withConnection } from '@/embedded/postgres/connection';
import { applyMigrations, ensureDatabase } from '@/embedded/postgres/migrations';
import { useEmptyDatabase } from '@/testing/database';
import { runPrisma } from '@/testing/run-prisma';

/** Each run of Prisma's command line takes a second or two, and several on a busy machine. */
const COMMANDS_TIMEOUT_MS = 120_000;

const SCHEMA = `generator client {
  provider = "prisma-client"
  output   = "./client"
}

datasource db {
  provider = "postgresql"
}

model Note {
  id   Int      @id @default(autoincrement())
  tags String[]
}
`;
const CREATE_NOTE = `-- CreateTable
CREATE TABLE "Note" (
    "id" SERIAL NOT NULL,
    "tags" TEXT[],

    CONSTRAINT "Note_pkey" PRIMARY KEY ("id")
);
`;
/** What cutting a script at its semicolons would break. */
const CREATE_FUNCTION = `CREATE FUNCTION note_count() RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN RETURN (SELECT count(*) FROM "Note" WHERE 'a;b' <> ''); END;
$$;
`;

/** A Prisma project of its own: schema, configuration and migrations. */
class PrismaProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'dispatch-prisma-'));
  readonly migrations = join(this.folder, 'migrations');

  constructor() {
    this.writeSchema(SCHEMA);
    writeFileSync(
      join(this.folder, 'prisma.config.ts'),
      "export default { schema: 'schema.prisma', migrations: { path: 'migrations' }, datasource: { url: process.env.DATABASE_URL } };\n",
    );
    mkdirSync(this.migrations);
    writeFileSync(join(this.migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
    this.writeMigration('20260101000000_note', CREATE_NOTE);
    this.writeMigration('20260102000000_count', CREATE_FUNCTION);
  }

  writeSchema(schema: string): void {
    writeFileSync(join(this.folder, 'schema.prisma'), schema);
  }

  writeMigration(name: string, sql: string): void {
    mkdirSync(join(this.migrations, name), { recursive: true });
    writeFileSync(join(this.migrations, name, 'migration.sql'), sql);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let project: PrismaProject;
beforeAll(() => {
  project = new PrismaProject();
});
afterAll(() => project.remove());

describe('applying migrations', () => {
  const database = useEmptyDatabase();

  test('applies each once, whoever asks and however often', async () => {
    const reports = await Promise.all([1, 2, 3].map(() => applyMigrations(database.url, project.migrations)));
    expect(reports.flatMap(({ applied }) => applied).sort()).toEqual([
      '20260101000000_note',
      '20260102000000_count',
    ]);
    expect(await applyMigrations(database.url, project.migrations)).toEqual({ applied: [], edited: [] });
    const { rows } = await withConnection(database.url, (client) => client.query('SELECT note_count()'));
    expect(rows).toEqual([{ note_count: '0' }]);
  });

  test('is what Prisma’s own command line would have done', { timeout: COMMANDS_TIMEOUT_MS }, async () => {
    await applyMigrations(database.url, project.migrations);
    const setting = { databaseUrl: database.url, cwd: project.folder };
    const status = await runPrisma(['migrate', 'status'], setting);
    expect(status).toMatchObject({ exitCode: 0 });
    expect(status.output).toContain('Database schema is up to date!');
    const deploy = await runPrisma(['migrate', 'deploy'], setting);
    expect(deploy).toMatchObject({ exitCode: 0 });
    expect(deploy.output).toContain('No pending migrations to apply.');
  });

  test('names a migration that was edited after it had been applied', async () => {
    await applyMigrations(database.url, project.migrations);
    project.writeMigration('20260102000000_count', `${CREATE_FUNCTION}-- afterthought\n`);
    try {
      expect(await applyMigrations(database.url, project.migrations)).toEqual({
        applied: [],
        edited: ['20260102000000_count'],
      });
    } finally {
      project.writeMigration('20260102000000_count', CREATE_FUNCTION);
    }
  });

  test('starts from nothing where the folder doesn’t exist', async () => {
    const report = await applyMigrations(database.url, join(project.folder, 'absent'));
    expect(report).toEqual({ applied: [], edited: [] });
  });

  test('creates a database once, whoever asks', async () => {
    const url = urlOfDatabase(database.url, `${databaseOfUrl(database.url)}_b`);
    const answers = await Promise.all([ensureDatabase(url), ensureDatabase(url)]);
    expect(answers.sort()).toEqual([false, true]);
    expect(await ensureDatabase(url)).toBe(false);
  });
});

describe('a migration that fails', { timeout: COMMANDS_TIMEOUT_MS }, () => {
  const database = useEmptyDatabase();
  const BAD = '20260103000000_bad';

  test('is reported, leaves nothing half done, and stops every later run until it is resolved', async () => {
    const own = new PrismaProject();
    try {
      own.writeMigration(BAD, 'CREATE TABLE half (id INT);\nALTER TABLE nowhere ADD COLUMN x INT;\n');
      const message = /20260103000000_bad failed: relation "nowhere" does not exist/;
      await expect(applyMigrations(database.url, own.migrations)).rejects.toThrow(message);
      await expect(applyMigrations(database.url, own.migrations)).rejects.toThrow(/failed earlier.*resolve/s);
      const setting = { databaseUrl: database.url, cwd: own.folder };
      expect((await runPrisma(['migrate', 'status'], setting)).output).toContain(BAD);

      const resolved = await runPrisma(['migrate', 'resolve', '--rolled-back', BAD], setting);
      expect(resolved).toMatchObject({ exitCode: 0 });
      own.writeMigration(BAD, 'CREATE TABLE half (id INT);\n');
      expect((await applyMigrations(database.url, own.migrations)).applied).toEqual([BAD]);
    } finally {
      own.remove();
    }
  });
});

describe('Prisma’s command line with our schema engine', { timeout: COMMANDS_TIMEOUT_MS }, () => {
  const database = useEmptyDatabase();

  test('writes a migration, applies it, and sees drift both ways', async () => {
    const own = new PrismaProject();
    const setting = { databaseUrl: database.url, cwd: own.folder };
    const diff = () =>
      runPrisma(
        ['migrate', 'diff', '--from-migrations', 'migrations', '--to-schema', 'schema.prisma', '--exit-code'],
        setting,
      );
    try {
      expect(await diff()).toMatchObject({ exitCode: 0 });
      own.writeSchema(SCHEMA.replace('tags String[]', 'tags String[]\n  body String?'));
      const drifted = await diff();
      expect(drifted).toMatchObject({ exitCode: 2 });
      expect(drifted.output).toContain('body');

      // `dev` applies what is pending first, then writes and applies what is new.
      const dev = await runPrisma(['migrate', 'dev', '--name', 'body'], setting);
      expect(dev).toMatchObject({ exitCode: 0 });
      expect(await diff()).toMatchObject({ exitCode: 0 });
      expect((await applyMigrations(database.url, own.migrations)).applied).toEqual([]);
      const { rows } = await withConnection(database.url, (client) =>
        client.query("SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow%'"),
      );
      expect(rows).toEqual([]);
    } finally {
      own.remove();
    }
  });

  test('creates a database that is missing', async () => {
    const databaseUrl = urlOfDatabase(database.url, `${databaseOfUrl(database.url)}_b`);
    const setting = { databaseUrl, cwd: project.folder };
    const status = await runPrisma(['migrate', 'status'], setting);
    expect(status).toMatchObject({ exitCode: 1 });
    expect(status.output).toContain('P1003');
    expect(await runPrisma(['migrate', 'deploy'], setting)).toMatchObject({ exitCode: 0 });
    expect(await applyMigrations(databaseUrl, project.migrations)).toEqual({ applied: [], edited: [] });
  });

  test.each([
    ['away', 'P1001', () => 'postgresql://postgres:x@127.0.0.1:1/gone'],
    ['closed to us', 'P1000', () => database.url.replace(/:[^:@]+@/, ':wrong@')],
  ])('says when the server is %s, with a status that is not 0', async (_case, code, url) => {
    const run = await runPrisma(['migrate', 'status'], { databaseUrl: url(), cwd: project.folder });
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain(code);
  });
});
