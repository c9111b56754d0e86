import { spawn } from 'node:child_process';
import { gitEnvironment } from './environment';

const MAX_OUTPUT = 256 * 1024;

/** How a command of git ended. */
export interface GitResult {
  code: number | null;
  stdout: string;
  stderr: string;
  isTimedOut: boolean;
}

/** Settings that beat whatever else git might read. */
const HARDENED = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.sshCommand': 'false',
  'core.askPass': '',
  'credential.helper': '',
  'http.followRedirects': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'fetch.fsckObjects': 'true',
  'submodule.recurse': 'false',
  'push.recurseSubmodules': 'no',
};

/**
 * Git in a folder of ours, with a deadline for all of its commands together. The token is in the environment of the
 * process alone: not among its arguments, which every user of a machine may read, and not on the disk.
 */
export class SafeGit {
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #deadline: number;

  constructor(folder: string, token: string, timeoutMs: number) {
    this.#folder = folder;
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    this.#settings = { ...HARDENED, 'http.extraHeader': `Authorization: Basic ${basic}` };
    this.#deadline = Date.now() + timeoutMs;
  }

  /** Runs a command and answers however it ended. Over the network only where `protocols` lets it. */
  run(args: readonly string[], protocols = 'none'): Promise<GitResult> {
    return new Promise((resolve) => {
      const env = { ...gitEnvironment(this.#folder, this.#settings), GIT_ALLOW_PROTOCOL: protocols };
      const child = spawn('git', args, {
        cwd: this.#folder,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const out = { stdout: '', stderr: '' };
      const keep = (name: keyof typeof out) => (chunk: Buffer) => {
        if (out[name].length < MAX_OUTPUT) out[name] += chunk.toString('utf8');
      };
      child.stdout.on('data', keep('stdout'));
      child.stderr.on('data', keep('stderr'));
      let isTimedOut = false;
      const timer = setTimeout(
        () => {
          isTimedOut = true;
          endGroup(child.pid);
        },
        Math.max(0, this.#deadline - Date.now()),
      );
      const finish = (code: number | null, said = out.stderr): void => {
        clearTimeout(timer);
        resolve({ code, stdout: out.stdout, stderr: said, isTimedOut });
      };
      child.on('error', (error) => finish(null, `git could not be started: ${error.message}`));
      child.on('close', (code) => finish(code));
    });
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended on its own meanwhile, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
