import { type Datasource } from './arguments';
import { addressOf, createDatabase, dropDatabase, parseDatabaseUrl, runOnServer } from './database-server';
import { log } from './log';

/** The three commands that the native engine answers by ending, and what it says on success. */
const COMMANDS: Readonly<Record<string, (url: string) => Promise<string>>> = {
  'can-connect-to-database': async (url) => {
    await runOnServer(url, 'SELECT 1');
    return 'Connection successful';
  },
  'create-database': async (url) => {
    await createDatabase(url);
    return 'Connection successful';
  },
  'drop-database': async (url) => {
    await dropDatabase(addressOf(url, 'postgres'), parseDatabaseUrl(url).database);
    return 'The database was successfully dropped';
  },
};

/** Prisma's code and sentence for a connection that failed: no such database, wrong credentials, no server. */
function describeFailure(error: unknown, database: string): { error_code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === '3D000') return { error_code: 'P1003', message: `Database \`${database}\` does not exist` };
  if (code === '28P01' || code === '28000') return { error_code: 'P1000', message };
  return { error_code: 'P1001', message: `Can't reach database server: ${message || String(code)}` };
}

/** Runs `schema-engine cli <command>` and returns the exit status. */
export async function runCommand(command: string, datasource: Datasource): Promise<number> {
  const run = COMMANDS[command];
  // Prisma's command line passes over the first line, whatever it says.
  log('INFO', { message: 'Starting schema engine CLI' });
  try {
    if (run === undefined) throw new Error(`Unknown command ${command}`);
    log('INFO', { message: await run(datasource.url) });
    return 0;
  } catch (error) {
    const { database } = parseDatabaseUrl(datasource.url);
    log('ERROR', { ...describeFailure(error, database), is_panic: false });
    return 1;
  }
}
