import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { type Datasource } from './arguments';
import { openCatalogPool } from './catalog-pool';
import { addressOf, dropDatabase, parseDatabaseUrl, runOnServer } from './database-server';

/** Prisma's Postgres adapter, made fit for migrations, plus the end of everything it opened. */
export interface MigrationAdapter extends SqlMigrationAwareDriverAdapterFactory {
  /** Closes what is open and drops the shadow databases that are left. */
  disposeAll(): Promise<void>;
}

/** One connection to one database; `afterwards` runs once it is closed. */
async function openAdapter(url: string, afterwards: () => Promise<void>): Promise<SqlDriverAdapter> {
  const address = parseDatabaseUrl(url);
  const { pool, restoreCharColumns } = openCatalogPool(address.url);
  const options = {
    disposeExternalPool: true,
    ...(address.schema === undefined ? {} : { schema: address.schema }),
  };
  const inner = await new PrismaPg(pool, options).connect();
  let isOpen = true;
  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    getConnectionInfo: () => inner.getConnectionInfo(),
    executeRaw: (query) => inner.executeRaw(query),
    queryRaw: async (query) => restoreCharColumns(await inner.queryRaw(query)),
    startTransaction: (isolationLevel) => inner.startTransaction(isolationLevel),
    // The adapter's own executeScript cuts at every semicolon, through function bodies and string literals. A
    // statement without arguments goes out in the simple protocol, where the server itself takes the script apart.
    executeScript: async (script) => {
      await inner.executeRaw({ sql: script, args: [], argTypes: [] });
    },
    dispose: async () => {
      if (!isOpen) return;
      isOpen = false;
      await inner.dispose();
      await afterwards();
    },
  };
}

/** The adapter of a datasource. Its shadow database is the configured one, emptied, or a new one of its own. */
export function createMigrationAdapter({ url, shadowDatabaseUrl }: Datasource): MigrationAdapter {
  const opened: SqlDriverAdapter[] = [];
  const open = async (address: string, afterwards = async () => {}) => {
    const adapter = await openAdapter(address, afterwards);
    opened.push(adapter);
    return adapter;
  };
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => open(url),
    connectToShadowDb: async () => {
      if (shadowDatabaseUrl !== undefined) {
        await runOnServer(shadowDatabaseUrl, 'DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public');
        return open(shadowDatabaseUrl);
      }
      const name = `prisma_migrate_shadow_db_${randomUUID()}`;
      await runOnServer(url, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return open(addressOf(url, name), () => dropDatabase(url, name));
    },
    disposeAll: async () => {
      for (const adapter of opened) await adapter.dispose();
    },
  };
}
