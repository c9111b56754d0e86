import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SandboxLimit } from '@/domain/events/session-event';

import { type Controller, findHierarchies, type Hierarchy } from './hierarchies';
import { type Limits } from './limits';
import { sendKill } from './process-identity';
import { inGroups } from './wall';

const run = promisify(execFile);

const LIMIT_OF: Readonly<Record<Controller, SandboxLimit | null>> = {
  memory: 'memory',
  pids: 'processes',
  cpu: 'cpu',
  freezer: null,
};

const MIB = 1024 * 1024;
const CPU_PERIOD_US = 100_000;
/** Whose files nobody inside can write to, as root of a namespace of its own neither: it is no user there. */
const NOBODY = 65_534;

/** Holds the processes of one sandbox. */
export interface ControlGroup {
  /** One folder a hierarchy; what joins all of them, and what that starts, is held. */
  folders: string[];
  /** Limits that it has run into so far. */
  hits(): Promise<SandboxLimit[]>;
  /** Does something while nothing in it runs, where the kernel can stop it; else while it runs on. */
  whilePaused<T>(work: () => Promise<T>): Promise<T>;
}

/** The kernel's groups of processes, as far as this process may use them. */
export interface ControlGroups {
  readonly limits: SandboxLimit[];
  open(name: string, limits: Limits): Promise<ControlGroup>;
}

/** Finds out by trying which controllers can be used here; a machine without any holds nothing to limits. */
export async function createControlGroups(): Promise<ControlGroups> {
  const usable: Hierarchy[] = [];
  for (const hierarchy of await findHierarchies()) {
    const controllers: Controller[] = [];
    for (const controller of hierarchy.controllers) {
      if (await isUsable({ ...hierarchy, controllers: [controller] })) controllers.push(controller);
    }
    if (controllers.length > 0) usable.push({ ...hierarchy, controllers });
  }
  const controllers = usable.flatMap((hierarchy) => hierarchy.controllers);
  return {
    limits: controllers.map((name) => LIMIT_OF[name]).filter((limit) => limit !== null),
    open: (name, limits) => openGroup(usable, { name, limits }),
  };
}

async function isUsable(hierarchy: Hierarchy): Promise<boolean> {
  const limits = { memoryMiB: 256, cpus: 1, processes: 64, diskMiB: 1 };
  try {
    const { folders } = await openGroup([hierarchy], { name: `trial-${randomUUID()}`, limits });
    const [program = '', ...argv] = inGroups(folders, ['true']);
    await run(program, argv).finally(() => removeGroups(folders));
    return true;
  } catch {
    // Most machines forbid this to most users, in one of many ways; what counts is which limits there are.
    return false;
  }
}

async function openGroup(
  hierarchies: readonly Hierarchy[],
  spec: { name: string; limits: Limits },
): Promise<ControlGroup> {
  const groups = hierarchies.map((hierarchy) => ({
    ...hierarchy,
    folder: join(hierarchy.parent, `dispatch-${spec.name}`),
  }));
  const folders: string[] = [];
  try {
    for (const group of groups) {
      await mkdir(group.folder);
      folders.push(group.folder);
      for (const controller of group.controllers) await applyLimit({ ...group, controller }, spec.limits);
      await disown(group.folder);
    }
  } catch (error) {
    await removeGroups(folders);
    throw error;
  }
  const freezer = groups.find(({ controllers }) => controllers.includes('freezer'));
  return {
    folders,
    hits: async () => {
      const hit = groups.flatMap((group) => group.controllers.map((each) => hitOf(group, each)));
      return (await Promise.all(hit)).filter((limit) => limit !== null);
    },
    whilePaused: (work) => (freezer === undefined ? work() : whileFrozen(freezer, work)),
  };
}

interface GroupPart {
  version: 1 | 2;
  folder: string;
}

async function applyLimit(part: GroupPart & { controller: Controller }, limits: Limits): Promise<void> {
  const { version, folder, controller } = part;
  const set = (file: string, value: string | number) => writeFile(join(folder, file), String(value));
  switch (controller) {
    case 'memory':
      await set(version === 1 ? 'memory.limit_in_bytes' : 'memory.max', limits.memoryMiB * MIB);
      return limitSwap(part, limits.memoryMiB * MIB);
    case 'pids':
      return set('pids.max', limits.processes);
    case 'cpu': {
      const quota = Math.max(1_000, Math.round(limits.cpus * CPU_PERIOD_US));
      if (version === 2) return set('cpu.max', `${quota} ${CPU_PERIOD_US}`);
      await set('cpu.cfs_period_us', CPU_PERIOD_US);
      return set('cpu.cfs_quota_us', quota);
    }
    case 'freezer':
      return undefined;
  }
}

/** Memory that is swapped out would not count; where the kernel keeps no such account there is no file for it. */
async function limitSwap({ version, folder }: GroupPart, bytes: number): Promise<void> {
  const [file, value] = version === 1 ? ['memory.memsw.limit_in_bytes', bytes] : ['memory.swap.max', 0];
  if ((await readdir(folder)).includes(file)) await writeFile(join(folder, file), String(value));
}

async function disown(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const name of await readdir(folder)) await chown(join(folder, name), NOBODY, NOBODY);
  await chown(folder, NOBODY, NOBODY);
}

async function hitOf({ version, folder }: GroupPart, controller: Controller): Promise<SandboxLimit | null> {
  const counters = {
    memory: [version === 1 ? 'memory.oom_control' : 'memory.events', 'oom_kill'],
    pids: ['pids.events', 'max'],
    // Running into these is no event.
    cpu: null,
    freezer: null,
  } as const;
  const counter = counters[controller];
  if (counter === null) return null;
  // The group is gone once the sandbox has ended, and what it counted was asked for before.
  const text = await readFile(join(folder, counter[0]), 'utf8').catch(() => '');
  const line = text.split('\n').find((each) => each.startsWith(`${counter[1]} `));
  return Number(line?.split(' ')[1] ?? 0) > 0 ? LIMIT_OF[controller] : null;
}

const POLL_MS = 5;
const FREEZE_TRIES = 200;

async function whileFrozen<T>({ version, folder }: GroupPart, work: () => Promise<T>): Promise<T> {
  const [file, on, off] = version === 1 ? ['freezer.state', 'FROZEN', 'THAWED'] : ['cgroup.freeze', '1', '0'];
  const isFrozen = async () => {
    if (version === 1) return (await readFile(join(folder, file), 'utf8')).trim() === on;
    return (await readFile(join(folder, 'cgroup.events'), 'utf8')).includes('frozen 1');
  };
  try {
    await writeFile(join(folder, file), on);
    // Processes stop when they next come out of the kernel; one that hangs there writes nothing either.
    for (let tries = 0; tries < FREEZE_TRIES && !(await isFrozen()); tries += 1) await delay(POLL_MS);
    return await work();
  } finally {
    await writeFile(join(folder, file), off);
  }
}

const REMOVE_TRIES = 400;

/** Ends whatever is left in the groups and removes them. Groups that are gone are no error. */
export async function removeGroups(folders: readonly string[]): Promise<void> {
  // A host that was killed may have left it stopped, and what is stopped does not end.
  for (const folder of folders) await thaw(folder);
  for (const folder of folders) {
    for (let tries = 0; !(await isRemoved(folder)); tries += 1) {
      if (tries === REMOVE_TRIES) throw new Error(`The control group ${folder} can't be emptied.`);
      for (const pid of await membersOf(folder)) sendKill(pid);
      await removeGroups(await subgroupsOf(folder));
      await delay(POLL_MS);
    }
  }
}

async function thaw(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes('freezer.state')) await writeFile(join(folder, 'freezer.state'), 'THAWED');
  if (names.includes('cgroup.freeze')) await writeFile(join(folder, 'cgroup.freeze'), '0');
}

async function isRemoved(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY') return false;
    throw error;
  }
}

/** Whoever runs as the user that owns a group may have divided it. */
async function subgroupsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

async function membersOf(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}
