import { type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { type ProcessIdentity } from './process-identity';

/** What separates a sandbox from the machine: a wall of namespaces, or none but a process group. */
export type SandboxMode = 'bwrap' | 'process';

/** Programs of this machine that every sandbox gets, each an absolute path. */
export interface SandboxTools {
  node: string;
  opencode: string;
  rg: string;
  /** The folder with `SANDBOX_PROGRAMS`. */
  supervisor: string;
  /** Playwright's folder, for pictures of pages; left out where it is not installed. */
  playwright?: string;
  /** A browser for it that is not on the PATH. */
  chromium?: string;
  /** A root with programs of its own, which bubblewrap shows in place of the machine's. */
  root?: string;
}

/** Where things are for those who live inside, and how they find programs. */
export interface SandboxPaths {
  DISPATCH_WORKSPACE: string;
  DISPATCH_STATE: string;
  HOME: string;
  PATH: string;
  /** What the agent takes pictures of pages with. */
  DISPATCH_PLAYWRIGHT?: string;
  CHROMIUM_PATH?: string;
}

/** Folders of a sandbox's disk; all that a snapshot keeps. */
export const DISK_FOLDERS = ['workspace', 'home', 'state'] as const;

export interface ReadOnlyFolder {
  source: string;
  target: string;
}

export interface StartProcess {
  /** The folder that holds the folders of its disk. */
  disk: string;
  /** A folder for what need not be kept, such as temporary files. */
  scratch: string;
  argv: string[];
  /** The whole environment of the process: nothing is inherited. */
  env: Record<string, string>;
  readOnlyFolder: ReadOnlyFolder | null;
  /** Folders of control groups that it joins before anything else. */
  groups: readonly string[];
  /** What it reads; null for nothing. */
  stdin: string | null;
  /** With the main process everything else of the sandbox ends. */
  isMain: boolean;
}

export interface RunningProcess {
  /** All that must be ended for it to be gone, for a host process that comes after this one. */
  identities: ProcessIdentity[];
  stdout: Readable;
  stderr: Readable;
  /** The exit status, once the process and all that it started are gone. */
  ended: Promise<number>;
  /** Asks for the end; `ended` says when it came. May be repeated. */
  kill: () => void;
}

/** One way to run sandboxes on this machine. */
export interface Wall {
  readonly mode: SandboxMode;
  readonly isolation: 'namespace' | 'none';
  /** The command of a sandbox's main process, as seen from inside. */
  readonly mainCommand: string[];
  /** Where the disk has to be while the sandbox runs, so that its absolute paths are the same in every life. */
  diskOf(sandbox: { id: string; session: string }): string;
  pathsOf(disk: string): SandboxPaths;
  /** Folders, as seen from inside, in which a sandbox with that disk keeps files of its own. */
  ownFolders(disk: string): string[];
  /** Several disks may be at the same absolute paths at once. */
  readonly hasPrivatePaths: boolean;
  /** Rejects when the process could not be started. */
  start(process: StartProcess): Promise<RunningProcess>;
}

// No core files: they would hold a sandbox's secrets.
const HELD = `
  ulimit -c 0
  while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done
  shift
  exec "$@"`;

/** A command that leaves no core file and joins control groups, and then becomes the one that is given. */
export function inGroups(groups: readonly string[], argv: readonly string[]): string[] {
  return ['/bin/sh', '-c', HELD, 'sh', ...groups.map((group) => join(group, 'cgroup.procs')), '--', ...argv];
}

/** Hands a child what it reads. One that ends without reading it all is no error of ours. */
export function feed(child: ChildProcess, stdin: string | null): void {
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin ?? '');
}

/** A signal's number on top of 128, as shells say it; SIGKILL is what the host itself sends. */
export const KILLED = 137;

/** Exit status of a child as one number. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return signal === 'SIGTERM' ? 143 : KILLED;
}

/**
 * Holds what a child prints until somebody reads it. Node throws away what is unread when the child exits, so this
 * has to be done in the same turn of the event loop as the spawn.
 */
export function holdOutput(output: Readable): Readable {
  // An end of either side ends the other; the reader sees what is to be seen.
  return pipeline(output, new PassThrough(), () => undefined);
}

/** An environment as it is, for `spawn`. */
export function exactEnvironment(env: Record<string, string>): NodeJS.ProcessEnv {
  // Next's types want NODE_ENV in every environment there is; a sandbox has no use for the server's.
  return env as NodeJS.ProcessEnv;
}
