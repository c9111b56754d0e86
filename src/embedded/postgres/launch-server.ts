import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type PostgresBinaries } from '@/embedded/postgres/binaries';
import { explainFailure } from '@/embedded/postgres/explain-failure';
import { dropStalePidFile, findPostmaster, type Postmaster } from '@/embedded/postgres/postmaster';
import { type ProgramUser, runProgram } from '@/embedded/postgres/run-program';

/** How to start the server of an existing cluster. */
export interface Launch {
  dataDir: string;
  /** Taken when it is free; otherwise the system names one. */
  preferredPort: number;
  /** Trade safety on a crash for speed: for databases that may be lost. */
  isFast: boolean;
  user: ProgramUser | undefined;
}

/** Survivors of a killed server let go of its memory within a second or two. */
const SURVIVORS_TIMEOUT_MS = 15_000;
const LOG_LIMIT_BYTES = 5_000_000;

/** The preferred port when nobody listens there, else one that the system picks. */
async function freePort(preferred: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (preferred === 0) reject(error);
      else freePort(0).then(resolve, reject);
    });
    server.listen(preferred, '127.0.0.1', () => {
      // An address is an object for every socket but a pipe.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function serverOptions(port: number, isFast: boolean): string {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    max_connections: 200,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A failed statement's detail holds the row's values, secrets among them; the log is no place for those.
    log_error_verbosity: 'terse',
    ...(isFast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/** What was written to the log since it was `from` bytes long. */
function readLogSince(log: string, from: number): string {
  if (!existsSync(log)) return '';
  const buffer = Buffer.alloc(Math.max(0, statSync(log).size - from));
  const file = openSync(log, 'r');
  try {
    readSync(file, buffer, 0, buffer.length, from);
  } finally {
    closeSync(file);
  }
  return buffer.toString();
}

function logSize(log: string): number {
  if (!existsSync(log)) return 0;
  const { size } = statSync(log);
  if (size < LOG_LIMIT_BYTES) return size;
  rmSync(log);
  return 0;
}

/** One try: undefined when the server is up, else everything that pg_ctl and the server had to say. */
async function tryToStart(
  binaries: PostgresBinaries,
  launch: Launch,
  port: number,
): Promise<string | undefined> {
  const log = join(launch.dataDir, 'server.log');
  const from = logSize(log);
  dropStalePidFile(launch.dataDir);
  const options = serverOptions(port, launch.isFast);
  const args = ['start', '-w', '-t', '60', '-D', launch.dataDir, '-l', log, '-o', options];
  const { exitCode, output } = await runProgram(binaries.pgCtl, args, launch.user).catch((error: unknown) => {
    throw explainFailure('Could not start Postgres.', String(error), error);
  });
  return exitCode === 0 ? undefined : `${output}\n${readLogSince(log, from)}`;
}

/**
 * Starts the server and resolves once it accepts connections. Tries again where that helps: with another port
 * when somebody took ours, and while processes of a killed server still hold its memory. A server that another
 * starter brought up meanwhile is as good.
 */
export async function launchServer(binaries: PostgresBinaries, launch: Launch): Promise<Postmaster> {
  const deadline = performance.now() + SURVIVORS_TIMEOUT_MS;
  let preferred = launch.preferredPort;
  for (;;) {
    const failure = await tryToStart(binaries, launch, await freePort(preferred));
    const postmaster = await findPostmaster(launch.dataDir);
    if (postmaster !== undefined) return postmaster;
    const isPortTaken = /Address already in use|could not bind/.test(failure ?? '');
    const isMemoryHeld = /still in use|lock file "postmaster.pid" already exists/.test(failure ?? '');
    if (!(isPortTaken || isMemoryHeld) || performance.now() > deadline)
      throw explainFailure(`Could not start Postgres in ${launch.dataDir}.`, failure ?? 'It ended at once.');
    if (isPortTaken) preferred = 0;
    else await delay(100);
  }
}
