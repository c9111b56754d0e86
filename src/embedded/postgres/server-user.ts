import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type ProgramUser } from '@/embedded/postgres/run-program';

/** Postgres refuses to run as root; 0 is root's user id. */
function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The user to run Postgres as: ours, unless we are root; then `postgres` where the machine has one, else
 * `nobody`. Fails where neither exists.
 */
export function serverUser(): ProgramUser | undefined {
  if (!isRoot()) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'Postgres refuses to run as root and this machine has neither a "postgres" nor a "nobody" user. ' +
      'Run as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
  );
}

/** Whether a user without rights of its own gets to this path: every folder above lets others pass. */
export function isReachableByOthers(path: string): boolean {
  const OTHERS_PASS = 0o001;
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & OTHERS_PASS) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * A folder of ours, named after `path`, that a user without rights can reach. It survives a reboot where the
 * system keeps /var/tmp. The name can be foreseen, so a folder that someone else put there is refused.
 */
function substituteFolder(path: string): string {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const folder = join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), `dispatch-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (statSync(folder).uid !== process.getuid?.())
    throw new Error(`${folder} belongs to another user. Remove it, or set DATABASE_URL instead.`);
  return folder;
}

/**
 * Where a folder that was asked for at `path` really goes: there, or, when we are root below a folder that
 * hides its contents (/root, say), in a substitute that the server's user can reach.
 */
export function placeForServer(path: string): string {
  const asked = resolve(path);
  mkdirSync(dirname(asked), { recursive: true });
  // One spelling for one folder, since the running server is recognised by its path.
  const real = join(realpathSync(dirname(asked)), basename(asked));
  if (!isRoot() || isReachableByOthers(dirname(real))) return real;
  return join(substituteFolder(dirname(real)), basename(real));
}
