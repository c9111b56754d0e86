import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'prisma/config';
import { savedDatabaseUrl } from './src/embedded/postgres/saved-database-url';

/**
 * Before any command, `generate` included, Prisma's command line downloads a native schema engine, unless it is
 * told of one. Where the install could not fetch it, ours answers, with Prisma's own WebAssembly build from npm.
 */
function useWasmEngineWithoutNative(): void {
  const engines = resolve('node_modules/@prisma/engines');
  const isNative =
    existsSync(engines) && readdirSync(engines).some((name) => name.startsWith('schema-engine'));
  if (!isNative) process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= resolve('scripts/prisma-schema-engine.mjs');
}

/** Migrations want a direct connection where the app uses a pooled one; else the embedded stack's database. */
function databaseUrl(): string | undefined {
  const named = [process.env['DIRECT_DATABASE_URL'], process.env['DATABASE_URL']];
  return named.find((url) => url !== undefined && url !== '') ?? savedDatabaseUrl(resolve('.data'));
}

useWasmEngineWithoutNative();
const url = databaseUrl();

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
