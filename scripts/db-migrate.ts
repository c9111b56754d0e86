// npm run db:migrate -- --name add_a_column
// Writes and applies a migration for what changed in prisma/schema.prisma, then generates the client. Works on
// DATABASE_URL, or on the embedded stack's own database, which it starts for the purpose if it isn't running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { ensureDatabase } from '@/embedded/postgres/migrations';
import { startSavedPostgres } from '@/embedded/postgres/start-saved-postgres';

async function runPrisma(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, [resolve('node_modules/prisma/build/index.js'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  // The first argument of Node's exit event.
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function migrateAndGenerate(environment: Record<string, string>): Promise<number> {
  const status = await runPrisma(['migrate', 'dev', ...process.argv.slice(2)], environment);
  return status === 0 ? runPrisma(['generate'], environment) : status;
}

/** Lends the embedded database to `work`, and leaves it running only if it was. */
async function withEmbeddedDatabase(work: (url: string) => Promise<number>): Promise<number> {
  const postgres = await startSavedPostgres({ dataFolder: resolve('.data') });
  try {
    await ensureDatabase(postgres.databaseUrl);
    return await work(postgres.databaseUrl);
  } finally {
    if (postgres.startedByUs) await postgres.stop();
  }
}

const isNamed = [process.env['DIRECT_DATABASE_URL'], process.env['DATABASE_URL']].some(Boolean);
process.exitCode = isNamed
  ? await migrateAndGenerate({})
  : await withEmbeddedDatabase((url) => migrateAndGenerate({ DATABASE_URL: url }));
