import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that accepts connections on 127.0.0.1. */
export interface Postmaster {
  pid: number;
  port: number;
}

interface PidFile extends Postmaster {
  isReady: boolean;
}

/** Reads what the server says about itself: line 1 its pid, line 4 its port, line 8 its state. */
function readPidFile(dataDir: string): PidFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the process of that number is the server of this folder. The number alone is not enough: just after
 * a kill it may be a process nobody has reaped yet, and after a reboot somebody else's.
 */
function isServerOf(dataDir: string, pid: number): boolean {
  if (!processExists(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return basename(program).startsWith('postgres') && args.includes(dataDir);
  } catch (error) {
    // It ended between the two looks.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isAnswered: boolean) => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
}

/**
 * The server of a data folder, once it accepts connections; undefined when none runs. A server that is on its
 * way up or down is waited for, up to `timeoutMs`; then the promise rejects.
 */
export async function findPostmaster(dataDir: string, timeoutMs = 60_000): Promise<Postmaster | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const file = readPidFile(dataDir);
    if (file === undefined || !isServerOf(dataDir, file.pid)) return undefined;
    const { pid, port, isReady } = file;
    if (isReady && (await answers(port))) return { pid, port };
    if (performance.now() > deadline)
      throw new Error(
        `Postgres (process ${pid}, folder ${dataDir}) is running but does not answer on port ${port}. ` +
          `Read ${join(dataDir, 'server.log')}, end that process and start again.`,
      );
    await delay(50);
  }
}

/**
 * Removes the pid file of a server that is gone. Postgres does so itself unless that process number is taken
 * again, by a stranger or by a dead process nobody reaped. Its shared memory still guards against a second
 * server beside survivors of the first.
 */
export function dropStalePidFile(dataDir: string): void {
  const file = readPidFile(dataDir);
  if (file !== undefined && !isServerOf(dataDir, file.pid))
    rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}
