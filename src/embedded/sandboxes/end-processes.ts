import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, sendKill, untilGone } from './process-identity';

/** Ends what a host process that was killed left running of a sandbox. */
export async function endLeftovers(left: { processes: ProcessIdentity[]; disk: string }): Promise<void> {
  for (const identity of left.processes) {
    if (!(await isAlive(identity))) continue;
    // Not every one of them leads a group.
    if (!sendKill(-identity.pid)) sendKill(identity.pid);
    await untilGone(identity);
  }
  await endStrays(left.disk);
}

const GROUP_POLL_MS = 5;
const GROUP_TRIES = 400;

/** Kills until the group is empty: what was just being forked escapes one round, and no event tells of the end. */
export async function endGroup(pid: number): Promise<void> {
  for (let tries = 0; tries < GROUP_TRIES && sendKill(-pid); tries += 1) await delay(GROUP_POLL_MS);
}

/**
 * Ends processes that left the group (`setsid`) but still carry the sandbox's environment. Best effort: one that
 * also cleared its environment is not found, and only Linux shows environments at all.
 */
export async function endStrays(disk: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const mark = `DISPATCH_STATE=${join(disk, 'state')}`;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Processes end while they are looked at, and those of other users may not be looked at.
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(mark)) sendKill(Number(name));
  }
}
