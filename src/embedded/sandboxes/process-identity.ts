import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** A process by its number and when it began: numbers come round again, the pair does not. */
export const ProcessIdentity = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** When a process began, in a form that is only good for comparing; null when it is gone or only a zombie. */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return startByPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  if (stat === null) return null;
  // The second field is the command in brackets and may itself hold spaces and brackets; the 3rd field of
  // proc(5) is the state, the 22nd the start in clock ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1');
  return `${boot.trim()}:${fields[19] ?? ''}`;
}

async function startByPs(pid: number): Promise<string | null> {
  // ps ends with 1 when there is no such process.
  const listed = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => null);
  return listed?.stdout.trim() ?? null;
}

/** Names a running process so that it can be known again after a restart of this one; null when it is gone. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const startedAt = await startOf(pid);
  return startedAt === null ? null : { pid, startedAt };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await startOf(identity.pid)) === identity.startedAt;
}

/** Sends SIGKILL; a negative number is a process group. Says whether there was anyone to take it. */
export function sendKill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It is gone already, or never was ours to end: nothing is left to do about it.
    return false;
  }
}

/** The kernel tells nobody but the parent that a process ended, so these are asked for. */
const GONE_POLL_MS = 5;
const GONE_LIMIT_MS = 10_000;

/** Resolves when the process is gone. Rejects when the kernel has not let go of it in 10 s. */
export async function untilGone(identity: ProcessIdentity): Promise<void> {
  const start = performance.now();
  while (await isAlive(identity)) {
    if (performance.now() - start > GONE_LIMIT_MS) {
      throw new Error(`Process ${identity.pid} does not end although it was killed.`);
    }
    await delay(GONE_POLL_MS);
  }
}
