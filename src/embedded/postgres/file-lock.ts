import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function tryToTake(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    // On a full disk the file is made and stays empty.
    rmSync(path, { force: true });
    throw error;
  }
}

/** Whether the holder is gone: its process has ended, or it wrote no number within five seconds. */
function isAbandoned(path: string): boolean {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    if (holder === 0) return Date.now() - statSync(path).mtimeMs > 5_000;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    // ESRCH: no such process. ENOENT: the holder has just let go, so the next try to take it may win.
    if (hasCode(error, 'ESRCH')) return true;
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EPERM')) return false;
    throw error;
  }
}

/**
 * Runs `work` while no other process on this machine runs work under the same file. A holder that was killed
 * is passed over. Rejects after `timeoutMs` of waiting, naming the file.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, timeoutMs = 120_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (!tryToTake(path)) {
    if (isAbandoned(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (performance.now() > deadline)
      throw new Error(`Another process holds ${path} for too long. If none is running, delete that file.`);
    await delay(50);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
