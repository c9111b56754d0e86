import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** What the kernel counts or holds for a group of processes; `freezer` stops a group for a moment. */
export type Controller = 'memory' | 'pids' | 'cpu' | 'freezer';
const CONTROLLERS: readonly Controller[] = ['memory', 'pids', 'cpu', 'freezer'];

/** A folder in which groups may be made, and what they are good for there. */
export interface Hierarchy {
  version: 1 | 2;
  parent: string;
  controllers: readonly Controller[];
}

interface CgroupMount {
  version: 1 | 2;
  target: string;
  /** Which group the mount shows as its root. */
  root: string;
  options: string[];
}

/**
 * Where this process may hope to make groups: below its own, so that what it is held to itself goes on to hold. Both
 * versions may be there at once, each with controllers of its own.
 */
export async function findHierarchies(): Promise<Hierarchy[]> {
  if (process.platform !== 'linux') return [];
  const [mounts, groups] = await Promise.all([readMounts(), readOwnGroups()]);
  const found: Hierarchy[] = [];
  for (const mount of mounts) {
    const controllers = CONTROLLERS.filter((name) => mount.options.includes(name));
    const own = groups.get(mount.version === 2 ? '' : (controllers[0] ?? 'none'));
    if (own === undefined) continue;
    const folder = join(mount.target, relative(mount.root, own));
    if (mount.version === 1) found.push({ version: 1, parent: folder, controllers });
    else found.push(...(await unified(folder, mount.target)));
  }
  return found;
}

async function readMounts(): Promise<CgroupMount[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', target = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return [{ version: type === 'cgroup' ? 1 : 2, target, root, options: options.split(',') } as const];
  });
}

/** This process's group by the name of each controller; by the empty name where all share one tree. */
async function readOwnGroups(): Promise<Map<string, string>> {
  const groups = new Map<string, string>();
  for (const line of (await readFile('/proc/self/cgroup', 'utf8')).split('\n')) {
    const [, names = '', ...path] = line.split(':');
    if (path.length > 0) for (const name of names.split(',')) groups.set(name, path.join(':'));
  }
  return groups;
}

/**
 * A group that holds processes can't hand its controllers on, so the nearest group above that already does is taken;
 * nobody's settings are changed for it.
 */
async function unified(own: string, top: string): Promise<Hierarchy[]> {
  for (let folder = own; folder.startsWith(top); folder = dirname(folder)) {
    const handedOn = await readFile(join(folder, 'cgroup.subtree_control'), 'utf8').catch(() => '');
    const names = handedOn.trim().split(' ');
    const controllers = CONTROLLERS.filter((name) => names.includes(name));
    // Every group of this version can be frozen.
    if (controllers.length > 0) {
      return [{ version: 2, parent: folder, controllers: [...controllers, 'freezer'] }];
    }
  }
  return [];
}
