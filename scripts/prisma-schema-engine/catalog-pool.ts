import { ColumnTypeEnum, type SqlResultSet } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** `"char"`, the one-byte type of Postgres' own catalogs, which Prisma's adapter refuses to read. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** A pool for Prisma's adapter whose one-byte columns can be read. */
export interface CatalogPool {
  pool: pg.Pool;
  /**
   * Gives one-byte columns of a result of this pool the type the engine expects. As text they pass on Postgres 15
   * and make the engine panic on Postgres 18.
   */
  restoreCharColumns: (result: SqlResultSet) => SqlResultSet;
}

/** Opens a pool of one connection. */
export function openCatalogPool(connectionString: string): CatalogPool {
  const pool = new pg.Pool({ connectionString, max: 1 });
  const charColumns = new WeakMap<unknown[], number[]>();
  // Prisma's adapter calls `query` with a configuration and awaits the result; no other overload is used. Several
  // statements in one text answer with a list of results, which have no columns of interest.
  const query = pool.query.bind(pool) as (
    config: unknown,
  ) => Promise<pg.QueryArrayResult | pg.QueryArrayResult[]>;
  pool.query = (async (config: unknown) => {
    const result = await query(config);
    if (Array.isArray(result)) return result;
    const columns = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
    charColumns.set(result.rows, columns);
    for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    return result;
    // The overloads share this one implementation, as said above.
  }) as typeof pool.query;

  const isOneByte = (value: unknown) => value === null || (typeof value === 'string' && value.length === 1);
  const restoreCharColumns = (result: SqlResultSet) => {
    for (const column of charColumns.get(result.rows) ?? [])
      if (result.rows.every((row) => isOneByte(row[column])))
        result.columnTypes[column] = ColumnTypeEnum.Character;
    return result;
  };
  return { pool, restoreCharColumns };
}
