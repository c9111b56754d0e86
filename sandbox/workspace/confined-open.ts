import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errorCode } from '../supervisor/kill-processes';

/** The path leads out of the repository, or into git's own folder. */
export class OutsideError extends Error {
  constructor() {
    super('It lies outside the repository.');
    this.name = 'OutsideError';
  }
}

/**
 * Opens what a path of the repository leads to, over links too, as long as that lies in the repository and not in
 * git's folder. Where it lies is asked of what was opened, so that a link which changes at that moment leads nowhere
 * else. A pipe or a device is opened without waiting; the caller looks at what it got. Errors: OutsideError, and
 * those of the system.
 */
export async function openConfined(folder: string, path: string): Promise<FileHandle> {
  const root = await realpath(folder);
  const target = await realpath(join(root, path));
  // Before anything is opened: opening alone can do something to a device.
  if (!isInside(root, target)) throw new OutsideError();
  const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!isInside(root, await readlink(placeOf(handle)))) throw new OutsideError();
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A name of what is open that no rename or link can change. */
export function placeOf(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

/** Whether that is what a link inside the repository may lead to. */
export function isInside(root: string, target: string): boolean {
  if (target === root) return true;
  if (!target.startsWith(root + sep)) return false;
  return !target
    .slice(root.length + 1)
    .split(sep)
    .some((name) => name.toLowerCase() === '.git');
}

/** Whether nothing is there under that name, or nothing any more. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(errorCode(error) ?? '');
}
