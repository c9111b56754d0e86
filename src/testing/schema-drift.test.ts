import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useDatabase } from '@/testing/database';
import { runPrisma } from '@/testing/run-prisma';

const database = useDatabase();

test(
  'the migrations build exactly the schema that the client is generated from',
  { timeout: 120_000 },
  async () => {
    expect(existsSync('prisma/migrations/migration_lock.toml')).toBe(true);
    const between = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma'];
    const run = await runPrisma(['migrate', 'diff', ...between, '--exit-code'], {
      databaseUrl: database.url,
    });
    expect(run, run.output).toMatchObject({ exitCode: 0 });
  },
);
