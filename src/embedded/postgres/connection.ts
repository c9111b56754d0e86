import pg from 'pg';

/** Whether Postgres (or the system below it) refused with this code, for instance 28P01 or ECONNREFUSED. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
}

/** The same server and credentials, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.toString();
}

/** The database that a URL names. */
export function databaseOfUrl(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** A connected client. Losing the connection fails the queries that follow instead of ending the process. */
export async function openConnection(url: string, applicationName = 'dispatch'): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: applicationName,
  });
  client.on('error', (error) => {
    process.emitWarning(`lost the connection to Postgres: ${error.message}`);
  });
  await client.connect();
  return client;
}

/** Runs `work` on a connection of its own and closes it, whatever happens. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openConnection(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
