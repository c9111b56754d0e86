import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '@/domain/errors';
import { DISK_FOLDERS } from './wall';

const run = promisify(execFile);

/** An empty disk for a sandbox that starts from the machine's own programs. */
export async function createDisk(disk: string): Promise<void> {
  for (const folder of DISK_FOLDERS) await mkdir(join(disk, folder), { recursive: true });
}

/** A copy of a disk that nobody writes to, sharing blocks where the file system can. */
export async function copyDisk(from: string, to: string): Promise<void> {
  await run('cp', copyArguments(from, to));
}

/**
 * A copy of a disk that may be written to meanwhile: what vanishes is not in it. Refused as `timeout` when it takes
 * longer than `timeoutMs`.
 */
export async function copyLiveDisk(from: string, to: string, timeoutMs: number): Promise<void> {
  // What cp says is read below.
  const env = { ...process.env, LC_ALL: 'C' };
  try {
    await run('cp', copyArguments(from, to), { timeout: timeoutMs, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    const { killed, stderr } = CopyFailure.parse(cause);
    if (killed) {
      const message = `The disk could not be copied within ${timeoutMs / 1_000} s.`;
      throw new AppError('sandbox_unavailable', message, { cause, details: { why: 'timeout' } });
    }
    const complaints = stderr.split('\n').filter(Boolean);
    const isVanished = (line: string) => line.endsWith('No such file or directory');
    if (complaints.length === 0 || !complaints.every(isVanished)) throw cause;
  }
}

const CopyFailure = z.object({ killed: z.boolean().catch(false), stderr: z.string().catch('') });

function copyArguments(from: string, to: string): string[] {
  return [...(process.platform === 'linux' ? ['-a', '--reflink=auto'] : ['-a']), from, to];
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
