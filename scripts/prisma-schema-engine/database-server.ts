import pg from 'pg';

/** A database URL without what only Prisma understands, and the parts that it was made of. */
export interface DatabaseAddress {
  url: string;
  database: string;
  /** Prisma's own `?schema=` parameter. */
  schema: string | undefined;
}

/** Takes a Prisma database URL apart. */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const parsed = new URL(url);
  const schema = parsed.searchParams.get('schema') ?? undefined;
  parsed.searchParams.delete('schema');
  return { url: parsed.toString(), schema, database: decodeURIComponent(parsed.pathname.slice(1)) };
}

/** The same server, another database. */
export function addressOf(url: string, database: string): string {
  const other = new URL(parseDatabaseUrl(url).url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.toString();
}

/** Runs statements without parameters on a connection of their own. */
export async function runOnServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({
    connectionString: parseDatabaseUrl(url).url,
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Creates the database that the URL names, by way of the server's `postgres` database. */
export async function createDatabase(url: string): Promise<string> {
  const { database } = parseDatabaseUrl(url);
  await runOnServer(addressOf(url, 'postgres'), `CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  return database;
}

/** Drops a database, ending its connections: Prisma's adapter drops one that it is still connected to. */
export async function dropDatabase(url: string, database: string): Promise<void> {
  await runOnServer(url, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
}
