import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';

/**
 * Stands in for a database where none is needed: a difference between two schema files. The engine asks for the
 * server's version all the same.
 */
const offlineDatabase: SqlDriverAdapter = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  queryRaw: async () => ({
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, 'PostgreSQL 18.0', 180_000]],
  }),
  executeRaw: async () => 0,
  executeScript: async () => {},
  dispose: async () => {},
  startTransaction: async () => {
    throw new Error('This comparison was said to need no database.');
  },
};

/** The factory of that stand-in. */
export const offlineAdapter: SqlMigrationAwareDriverAdapterFactory = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: async () => offlineDatabase,
  connectToShadowDb: async () => offlineDatabase,
};
