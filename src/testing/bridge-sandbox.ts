import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { BootResponse } from '@/domain/wire/bridge';
import { OPENCODE_BINARY } from './opencode-server';

const SANDBOX_SESSION = '00000000-0000-4000-8000-000000000001';
export const SANDBOX_TOKEN = 'token-of-the-sandbox-under-test';

/** A repository with one commit on `main`, below a folder of its own. */
export function makeRepository(root: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, 'origin');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'first');
  return folder;
}

/** What a bridge is told when it boots on that repository. */
export function bootFor(cloneUrl: string, change: Partial<BootResponse> = {}): BootResponse {
  return BootResponse.parse({
    sessionId: SANDBOX_SESSION,
    title: 'Test session',
    repository: { kind: 'local', name: 'repo', cloneUrl, needsCredentials: false },
    baseBranch: 'main',
    branch: 'dispatch/test',
    model: {
      provider: 'openai-compatible',
      id: 'scripted',
      contextTokens: 200_000,
      outputTokens: 8_000,
      acceptsImages: false,
      cost: { input: 3, output: 15, cacheRead: 0, cacheWrite: 0 },
    },
    realtime: {
      key: 'key',
      // Nobody listens there: commands come by the long poll.
      host: '127.0.0.1',
      port: 9,
      useTls: false,
      cluster: 'local',
      channel: `private-sandbox-${SANDBOX_SESSION}.1`,
    },
    bundleUrl: null,
    bundleBranch: 'dispatch/test',
    history: '',
    ...change,
  });
}

export interface BridgeSandboxOptions {
  /** The folder with `supervisor.mjs` and `bridge.mjs`. */
  programs: string;
  /** Home, workspace and state lie below it. */
  root: string;
  serverUrl: string;
  epoch?: number;
  env?: Readonly<Record<string, string>>;
}

/** A sandbox as plain processes: the real supervisor, bridge and OpenCode, with folders of their own. */
export class BridgeSandbox {
  readonly root: string;
  readonly #child: ChildProcess;
  output = '';

  constructor(options: BridgeSandboxOptions) {
    this.root = options.root;
    const home = join(options.root, 'home');
    mkdirSync(home, { recursive: true });
    const tools = [resolve(OPENCODE_BINARY, '..'), resolve('node_modules/@vscode/ripgrep-linux-x64/bin')];
    const environment: Record<string, string> = {
      DISPATCH_URL: options.serverUrl,
      DISPATCH_SESSION: SANDBOX_SESSION,
      DISPATCH_EPOCH: String(options.epoch ?? 1),
      DISPATCH_TOKEN: SANDBOX_TOKEN,
      DISPATCH_WORKSPACE: join(options.root, 'workspace'),
      DISPATCH_STATE: join(options.root, 'state'),
      HOME: home,
      PATH: [...tools, process.env['PATH'] ?? ''].join(delimiter),
      ...options.env,
    };
    this.#child = spawn(process.execPath, [join(options.programs, 'supervisor.mjs')], {
      // Nothing of the test's own environment.
      env: environment as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString('utf8');
      });
    }
  }

  static folder(): string {
    return mkdtempSync(join(tmpdir(), 'dispatch-sandbox-'));
  }

  get repository(): string {
    return join(this.root, 'workspace/repo');
  }

  /** Process ids of the supervisor's children whose command line fits. */
  pids(fits: RegExp): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter(
        (pid) => Number.isInteger(pid) && parentOf(pid) === this.#child.pid && fits.test(commandOf(pid)),
      );
  }

  /** Kills them at once and without a word, as `kill -9` does; the number of those killed. */
  kill(which: 'bridge' | 'agent' | 'proxy'): number {
    const pids = this.pids(PROGRAMS[which]);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids.length;
  }

  /** Freezes one, or lets it go on. */
  signal(which: 'bridge' | 'agent', signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of this.pids(PROGRAMS[which])) process.kill(pid, signal);
  }

  killSupervisor(): void {
    this.#child.kill('SIGKILL');
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Resolves to the supervisor's exit code. */
  async exited(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Ends everything, however it goes, and removes the folders. */
  async close(options: { keepFolders?: boolean } = {}): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      // A bridge would first end its turn; here it is not given the time.
      for (const pid of this.pids(/./)) process.kill(-pid, 'SIGKILL');
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    if (options.keepFolders !== true) rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

const PROGRAMS = {
  bridge: /bridge\.mjs $/,
  agent: /opencode serve/,
  proxy: /bridge\.mjs model-proxy $/,
} as const;

function parentOf(pid: number): number | null {
  const status = readProc(pid, 'stat');
  // The name in parentheses may hold anything; the parent is the second field after it.
  return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1] ?? Number.NaN);
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
