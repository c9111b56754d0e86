import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { type Duplex, type Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { SANDBOX_PROGRAMS } from '@/domain/wire/supervisor';
import { imageMounts } from './bwrap-image';
import { type Mount, nodeToolchain, SYSTEM_SEARCH_PATH, systemMounts } from './bwrap-root';
import { readOnlyMounts } from './git-folder-mounts';
import { identify, isAlive, type ProcessIdentity, sendKill, untilGone } from './process-identity';
import {
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

interface BwrapRoot {
  bwrap: string;
  system: Mount[];
  paths: SandboxPaths;
}

/**
 * A wall of namespaces made by bubblewrap: own file system, processes, users and host name. The network is the
 * machine's, since the app on its loopback address has to be reachable; so is every other loopback service.
 */
export async function createBwrapWall(options: {
  dataDir: string;
  tools: SandboxTools;
  bwrap: string;
}): Promise<Wall> {
  const { dataDir, tools } = options;
  const toolchain =
    tools.root === undefined ? await nodeToolchain(process.env['PATH'] ?? '') : { mounts: [], path: [] };
  const root: BwrapRoot = {
    bwrap: options.bwrap,
    system: [
      ...(tools.root === undefined
        ? await machineMounts(dataDir, tools)
        : await imageMounts(tools.root, join(dataDir, 'etc'))),
      ...toolchain.mounts,
      ...ownMounts(tools),
    ],
    paths: {
      DISPATCH_WORKSPACE: '/workspace',
      DISPATCH_STATE: '/var/lib/dispatch',
      HOME: '/home/agent',
      PATH: ['/opt/dispatch/bin', ...toolchain.path, SYSTEM_SEARCH_PATH].join(':'),
    },
  };
  return {
    mode: 'bwrap',
    isolation: 'namespace',
    mainCommand: ['/opt/dispatch/bin/node', '/opt/dispatch/supervisor.mjs'],
    diskOf: ({ id }) => join(dataDir, 'sandboxes', id, 'disk'),
    pathsOf: () => root.paths,
    ownFolders: () => ['/workspace', '/home/agent', '/var/lib/dispatch', '/tmp'],
    hasPrivatePaths: true,
    start: (start) => startInBwrap(root, start),
  };
}

/** A project or HOME that lies below a folder that is shown (such as /usr/src/app) is covered up. */
function hiddenMounts(folders: string[]): Mount[] {
  const isShown = (folder: string) => !relative('/usr', folder).startsWith('..') && folder !== '/usr';
  return folders.filter(isShown).map((folder) => ['--tmpfs', folder]);
}

async function machineMounts(dataDir: string, tools: SandboxTools): Promise<Mount[]> {
  const bin = '/opt/dispatch/bin';
  return [
    ...(await systemMounts(join(dataDir, 'etc'))),
    ...hiddenMounts([dataDir, process.cwd(), homedir()]),
    ['--ro-bind', tools.node, `${bin}/node`],
    ['--ro-bind', tools.opencode, `${bin}/opencode`],
    ['--ro-bind', tools.rg, `${bin}/rg`],
    ...pictureMounts(tools),
  ];
}

function ownMounts(tools: SandboxTools): Mount[] {
  return SANDBOX_PROGRAMS.map((name) => ['--ro-bind', join(tools.supervisor, name), `/opt/dispatch/${name}`]);
}

function browserMounts(path: string): Mount[] {
  if (path.startsWith('/usr/')) return [['--setenv', 'CHROMIUM_PATH', path]];
  const folder = '/opt/dispatch/chromium';
  return [
    ['--ro-bind', dirname(path), folder],
    ['--setenv', 'CHROMIUM_PATH', join(folder, basename(path))],
  ];
}

/** What pictures of pages are taken with. An image has its own. */
function pictureMounts({ playwright, chromium }: SandboxTools): Mount[] {
  const folder = '/opt/dispatch/playwright';
  const mounts: Mount[] = chromium === undefined ? [] : browserMounts(chromium);
  if (playwright === undefined) return mounts;
  return [...mounts, ['--ro-bind', playwright, folder], ['--setenv', 'DISPATCH_PLAYWRIGHT', folder]];
}

const NAMESPACES: Mount[] = [
  ['--unshare-user'],
  ['--uid', '1000'],
  ['--gid', '1000'],
  ['--unshare-pid'],
  ['--unshare-ipc'],
  ['--unshare-uts'],
  ['--unshare-cgroup-try'],
  ['--hostname', 'sandbox'],
  ['--die-with-parent'],
  ['--new-session'],
  ['--clearenv'],
];

/**
 * Kernel settings are read-only here whoever starts this: to the kernel, a sandbox that root started is root
 * when it writes to them, and one of them names a program that the machine runs as root.
 */
const PROC: Mount[] = [
  ['--proc', '/proc'],
  ...[
    'sys',
    'sysrq-trigger',
    'irq',
    'bus',
    'fs',
    'acpi',
    'scsi',
    'mtrr',
    'driver',
    'latency_stats',
    'pressure',
  ].map((name): Mount => ['--ro-bind-try', `/proc/${name}`, `/proc/${name}`]),
];

async function argumentsOf(root: BwrapRoot, start: StartProcess): Promise<string[]> {
  const temporary = join(start.scratch, 'tmp');
  await mkdir(temporary, { recursive: true });
  const mounts: Mount[] = [
    ...NAMESPACES,
    ...root.system,
    ...PROC,
    ['--dev', '/dev'],
    ['--dir', '/run'],
    ['--bind', temporary, '/tmp'],
    ['--symlink', '/tmp', '/var/tmp'],
    ['--bind', join(start.disk, 'workspace'), '/workspace'],
    ['--bind', join(start.disk, 'home'), '/home/agent'],
    ['--bind', join(start.disk, 'state'), '/var/lib/dispatch'],
    ...(start.readOnlyFolder === null ? [] : await readOnlyMounts(start.readOnlyFolder, start.scratch)),
    ['--remount-ro', '/'],
    ['--chdir', '/workspace'],
    ...Object.entries(start.env).map(([name, value]): Mount => ['--setenv', name, value]),
  ];
  return mounts.flat();
}

const BwrapInfo = z.object({ 'child-pid': z.number().int().positive() });

async function startInBwrap(root: BwrapRoot, start: StartProcess): Promise<RunningProcess> {
  const [program = '', ...held] = inGroups(start.groups, [root.bwrap]);
  const options = await argumentsOf(root, start);
  const child = spawn(program, [...held, '--args', '3', '--info-fd', '4', '--', ...start.argv], {
    cwd: '/',
    // Environment and mounts go through a pipe: command lines can be read by everybody on the machine.
    env: exactEnvironment({}),
    // Away from the terminal's process group, so that Ctrl-C reaches the host alone.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  // Every entry of `stdio` was asked for as a pipe.
  const [stdout, stderr] = [holdOutput(child.stdout), holdOutput(child.stderr)];
  const [toBwrap, fromBwrap] = [child.stdio[3] as Duplex, child.stdio[4] as Duplex];
  await once(child, 'spawn');
  feed(child, start.stdin);
  // A bubblewrap that refuses its options closes the pipe early; its exit tells the story.
  toBwrap.on('error', () => undefined);
  toBwrap.end(options.map((option) => `${option}\0`).join(''));
  const init = await initOf(fromBwrap, child, stderr);
  const outer = await identify(child.pid ?? 0);
  return {
    identities: [init, outer].filter((identity) => identity !== null),
    stdout,
    stderr,
    ended: untilEnded(child, init),
    kill: () => {
      // Once bubblewrap has ended, the number may be somebody else's.
      if (child.exitCode !== null || child.signalCode !== null) return;
      // The end of the namespace's first process is the end of all the others, before bubblewrap itself ends.
      if (init === null || !sendKill(init.pid)) child.kill('SIGKILL');
    },
  };
}

/** The first process of the sandbox's namespace as this machine numbers it. */
async function initOf(
  info: Readable,
  child: ChildProcess,
  stderr: Readable,
): Promise<ProcessIdentity | null> {
  const parsed = BwrapInfo.safeParse(await json(info).catch(() => null));
  if (parsed.success) return identify(parsed.data['child-pid']);
  child.kill('SIGKILL');
  const printed = await firstLine(stderr);
  throw new Error(`bubblewrap did not start: ${printed}`);
}

async function firstLine(stream: Readable): Promise<string> {
  for await (const chunk of stream) return String(chunk).trim().slice(0, 500);
  return 'it said nothing.';
}

async function untilEnded(child: ChildProcess, init: ProcessIdentity | null): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  // Bubblewrap ends with its command, and the rest of the namespace a moment later.
  if (init !== null && (await isAlive(init))) {
    sendKill(init.pid);
    await untilGone(init);
  }
  return exitCodeOf(child.exitCode, child.signalCode);
}
