import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DISK_FOLDERS } from './wall';

const run = promisify(execFile);

/** An empty disk for a sandbox that starts from the machine's own programs. */
export async function createDisk(disk: string): Promise<void> {
  for (const folder of DISK_FOLDERS) await mkdir(join(disk, folder), { recursive: true });
}

/** A copy of a disk, sharing blocks where the file system can; rejects when it takes longer than `timeoutMs`. */
export async function copyDisk(from: string, to: string, timeoutMs = 0): Promise<void> {
  const flags = process.platform === 'linux' ? ['-a', '--reflink=auto'] : ['-a'];
  await run('cp', [...flags, from, to], { timeout: timeoutMs });
}

/** Removes a folder whatever a sandbox made of it: package managers leave folders that nobody may write to. */
export async function removeTree(folder: string): Promise<void> {
  // The program and not Node's `rm`, which goes on in the background after it has failed.
  const remove = () => run('rm', ['-rf', '--', folder]);
  try {
    await remove();
  } catch {
    // Rights are given back first, and what goes wrong then is what the caller hears.
    await run('chmod', ['-R', 'u+rwX', '--', folder]);
    await remove();
  }
}
