import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { endGroup, endStrays } from './end-processes';
import { identify, sendKill } from './process-identity';
import {
  DISK_FOLDERS,
  exactEnvironment,
  exitCodeOf,
  feed,
  holdOutput,
  inGroups,
  type RunningProcess,
  type SandboxPaths,
  type SandboxTools,
  type StartProcess,
  type Wall,
} from './wall';

/**
 * No wall: a sandbox is a process group with folders and an environment of its own. What runs in it can read
 * whatever the person at this machine can.
 */
export async function createProcessWall(options: { dataDir: string; tools: SandboxTools }): Promise<Wall> {
  const { dataDir, tools } = options;
  const bin = join(dataDir, 'bin');
  await linkTools(bin, tools);
  return {
    mode: 'process',
    isolation: 'none',
    mainCommand: [tools.node, join(tools.supervisor, 'supervisor.mjs')],
    diskOf: ({ session }) => join(dataDir, 'sessions', session),
    pathsOf: (disk) => ({ ...pathsOf(disk, bin), ...pictureVariables(tools) }),
    ownFolders: (disk) => DISK_FOLDERS.map((name) => join(disk, name)),
    hasPrivatePaths: false,
    start: startProcess,
  };
}

async function linkTools(bin: string, tools: SandboxTools): Promise<void> {
  await rm(bin, { recursive: true, force: true });
  await mkdir(bin, { recursive: true });
  const programs = { node: tools.node, opencode: tools.opencode, rg: tools.rg };
  for (const [name, path] of Object.entries(programs)) await symlink(path, join(bin, name));
}

function pathsOf(disk: string, bin: string): SandboxPaths {
  // What npm put in front of the path of its scripts are this project's programs, not the repository's.
  const own = (process.env['PATH'] ?? '/usr/bin:/bin').split(delimiter);
  const system = own.filter((folder) => !folder.includes('node_modules'));
  return {
    DISPATCH_WORKSPACE: join(disk, 'workspace'),
    DISPATCH_STATE: join(disk, 'state'),
    HOME: join(disk, 'home'),
    PATH: [bin, ...system].join(delimiter),
  };
}

function pictureVariables({ playwright, chromium }: SandboxTools): Partial<SandboxPaths> {
  return {
    ...(playwright !== undefined && { DISPATCH_PLAYWRIGHT: playwright }),
    ...(chromium !== undefined && { CHROMIUM_PATH: chromium }),
  };
}

async function startProcess(start: StartProcess): Promise<RunningProcess> {
  const [program = '', ...rest] = inGroups(start.groups, start.argv);
  // Detached makes it the leader of a session and process group, which is what can be ended as a whole.
  const child = spawn(program, rest, {
    cwd: join(start.disk, 'workspace'),
    env: exactEnvironment(start.env),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [holdOutput(child.stdout), holdOutput(child.stderr)];
  await once(child, 'spawn');
  feed(child, start.stdin);
  const pid = child.pid ?? 0;
  const identity = await identify(pid);
  return {
    identities: identity === null ? [] : [identity],
    stdout,
    stderr,
    ended: untilEnded(child, { pid, strayDisk: start.isMain ? start.disk : null }),
    kill: () => {
      // Once its leader was reaped, the group's number may be somebody else's.
      if (child.exitCode === null && child.signalCode === null) sendKill(-pid);
    },
  };
}

async function untilEnded(
  child: ChildProcess,
  group: { pid: number; strayDisk: string | null },
): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  await endGroup(group.pid);
  if (group.strayDisk !== null) await endStrays(group.strayDisk);
  return exitCodeOf(child.exitCode, child.signalCode);
}
