import { setTimeout as delay } from 'node:timers/promises';
import { type PostgresBinaries, findBinaries } from '@/embedded/postgres/binaries';
import { hasErrorCode, withConnection } from '@/embedded/postgres/connection';
import { createCluster } from '@/embedded/postgres/create-cluster';
import { explainFailure } from '@/embedded/postgres/explain-failure';
import { withFileLock } from '@/embedded/postgres/file-lock';
import { launchServer } from '@/embedded/postgres/launch-server';
import { findPostmaster, type Postmaster } from '@/embedded/postgres/postmaster';
import { runProgram } from '@/embedded/postgres/run-program';
import { placeForServer, serverUser } from '@/embedded/postgres/server-user';

/** What {@link startPostgres} needs to know. */
export interface StartPostgresInput {
  /** The cluster's folder; made on first use. Its parent must be writable. */
  dataDir: string;
  /** Password of the superuser `postgres`; the one given at the folder's first start holds for good. */
  password: string;
  /** Taken when it is free, otherwise the system names one. */
  port?: number;
  /** Skips flushing to disk: several times faster, and a crash may lose everything. For tests. */
  fast?: boolean;
}

/** A running server. It outlives the process that started it until somebody calls `stop`. */
export interface RunningPostgres {
  /** The connection string of a database, password included: never print it. */
  url(database: string): string;
  port: number;
  pid: number;
  /** Where the data really is; differs from what was asked when root's folders hide it from the server. */
  dataDir: string;
  /** False when the server was running already. */
  startedByUs: boolean;
  /** Ends the server, whoever started it; open transactions are rolled back. */
  stop(): Promise<void>;
}

const DEFAULT_PORT = 54_329;
/** How long a server that answers may go on refusing to talk before that is an error. */
const LOGIN_TIMEOUT_MS = 30_000;
/** Postgres' code for a password that doesn't fit. */
const WRONG_PASSWORD = '28P01';

class WrongPasswordError extends Error {}

/** Passes when the server lets us in. A password that doesn't fit is explained. */
async function logIn(url: string, dataDir: string): Promise<void> {
  try {
    await withConnection(url, (client) => client.query('SELECT 1'));
  } catch (error) {
    if (!hasErrorCode(error, WRONG_PASSWORD)) throw error;
    throw new WrongPasswordError(
      `The database in ${dataDir} was made with another password than the one at hand. ` +
        'Bring back the file that held it, or move that folder away to start with an empty database.',
      { cause: error },
    );
  }
}

async function stopServer(binaries: PostgresBinaries, dataDir: string): Promise<void> {
  if ((await findPostmaster(dataDir)) === undefined) return;
  const args = ['stop', '-D', dataDir, '-m', 'fast', '-w', '-t', '60'];
  const { exitCode, output } = await runProgram(binaries.pgCtl, args, serverUser());
  // Somebody else may have stopped it in between, which is all that was wanted.
  if (exitCode !== 0 && (await findPostmaster(dataDir)) !== undefined)
    throw explainFailure(`Could not stop Postgres in ${dataDir}.`, output);
}

function urlAt(port: number, password: string, database: string): string {
  const [secret, name] = [encodeURIComponent(password), encodeURIComponent(database)];
  return `postgresql://postgres:${secret}@127.0.0.1:${port}/${name}`;
}

/**
 * Starts a real Postgres on 127.0.0.1, or joins the one that runs on that folder already: of any number of
 * concurrent starters one starts it. Every connection needs the password. Rejects with what is wrong and what
 * to do: no binaries for the platform, a full disk, a folder of another version, a wrong password.
 */
export async function startPostgres(input: StartPostgresInput): Promise<RunningPostgres> {
  const dataDir = placeForServer(input.dataDir);
  const binaries = findBinaries();
  const user = serverUser();
  const isFast = input.fast ?? false;

  const start = async (): Promise<{ postmaster: Postmaster; startedByUs: boolean }> => {
    const running = await findPostmaster(dataDir);
    if (running !== undefined) return { postmaster: running, startedByUs: false };
    await createCluster(binaries, { dataDir, password: input.password, isFast }, user);
    const launch = { dataDir, preferredPort: input.port ?? DEFAULT_PORT, isFast, user };
    return { postmaster: await launchServer(binaries, launch), startedByUs: true };
  };
  const stop = () => stopServer(binaries, dataDir);
  const deadline = performance.now() + LOGIN_TIMEOUT_MS;
  for (;;) {
    const { postmaster, startedByUs } = await withFileLock(`${dataDir}.lock`, start).catch(
      (error: unknown) => {
        if (!hasErrorCode(error, 'ENOSPC', 'EACCES', 'EROFS')) throw error;
        throw explainFailure(`Could not start Postgres in ${dataDir}.`, String(error), error);
      },
    );
    const url = (database: string) => urlAt(postmaster.port, input.password, database);
    try {
      await logIn(url('postgres'), dataDir);
      return { url, ...postmaster, dataDir, startedByUs, stop };
    } catch (error) {
      if (startedByUs) await stop();
      // One that was killed this instant still answers a knock, and then starts again like any other that is gone.
      if (startedByUs || error instanceof WrongPasswordError || performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}
