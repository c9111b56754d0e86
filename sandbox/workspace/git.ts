import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkspaceError } from './workspace-error';
import { type ProgramResult, runProgram } from './run-program';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

/** Settings that beat whatever a repository's own configuration says, since an agent can write that. */
const HARDENED = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.sshCommand=false',
  'core.askPass=',
  'credential.helper=',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'core.quotePath=false',
  'diff.noprefix=false',
  'diff.mnemonicPrefix=false',
  'submodule.recurse=false',
];

export interface GitOptions {
  /** Where it runs; the repository by default. */
  cwd?: string;
  timeoutMs?: number;
  maxBytes?: number;
  input?: string | Buffer;
  /** Transports that this one command may use, of git's `GIT_ALLOW_PROTOCOL`; none by default. */
  protocols?: readonly ('https' | 'http' | 'file')[];
  /** More settings, `name=value`. */
  config?: readonly string[];
  env?: Record<string, string>;
}

/**
 * Git as we run it: no system or user configuration, no hooks, no helpers, no questions asked, a deadline and a
 * limit on what it prints. Repositories that belong to another user are read, since in a sandbox all are ours.
 */
export class Git {
  readonly folder: string;
  readonly #env: Record<string, string>;

  /** `folder` is the repository; `home` is a folder of ours where git finds nothing of the agent's. */
  constructor(folder: string, home: string, path: string) {
    this.folder = folder;
    mkdirSync(home, { recursive: true });
    const globalConfig = join(home, 'gitconfig');
    // Git heeds `safe.directory` in a user's file for the helpers of a local clone too, unlike on the command line.
    writeFileSync(globalConfig, '[safe]\n\tdirectory = *\n');
    this.#env = {
      PATH: path,
      HOME: home,
      LC_ALL: 'C.UTF-8',
      LANGUAGE: 'en',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: globalConfig,
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
    };
  }

  /** Runs a command and answers however it ended. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<ProgramResult> {
    const settings = [...HARDENED, ...(options.config ?? [])].flatMap((setting) => ['-c', setting]);
    return runProgram('git', [...settings, ...args], {
      cwd: options.cwd ?? this.folder,
      env: {
        ...this.#env,
        // An empty list would allow everything, a name that no transport has allows none.
        GIT_ALLOW_PROTOCOL: options.protocols?.join(':') ?? 'none',
        ...options.env,
      },
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
  }

  /** Runs a command that must succeed; its output without the last line break. Errors: WorkspaceError. */
  async text(args: readonly string[], options: GitOptions = {}): Promise<string> {
    const result = await this.run(args, options);
    if (result.code !== 0) throw gitFailed(args, result);
    return result.stdout.toString('utf8').replace(/\n$/, '');
  }

  /** Whether a command that answers by its exit code says yes. */
  async is(args: readonly string[]): Promise<boolean> {
    return (await this.run(args)).code === 0;
  }

  /** The commit that a name stands for, or null. */
  async commit(name: string): Promise<string | null> {
    const result = await this.run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    return result.code === 0 ? result.stdout.toString('utf8').trim() : null;
  }
}

/** What went wrong with a command, with what git said about it. */
export function gitFailed(args: readonly string[], result: ProgramResult): WorkspaceError {
  const said = result.isTimedOut ? 'it took too long' : result.stderr.trim();
  const isFull = /no space left on device|disk quota exceeded/i.test(result.stderr);
  if (isFull) return new WorkspaceError('disk_full', 'The sandbox’s disk is full.', said);
  return new WorkspaceError('git_failed', `git ${args[0] ?? ''} failed: ${said.slice(0, 500)}`, said);
}
