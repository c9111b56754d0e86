import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const READY_MS = 90_000;

export interface FunctionProgram {
  argv: [string, ...string[]];
  env: NodeJS.ProcessEnv;
  /** Whether it answers. */
  isReady: () => Promise<boolean>;
  /** Hears each line of what it says is wrong. */
  onLine: (line: string) => void;
}

/** One process of the app, as a serverless platform would start it for some requests. */
export class FunctionInstance {
  readonly port: number;
  readonly #program: FunctionProgram;
  readonly #child: ChildProcess;
  /** Requests that it works on. */
  inFlight = 0;
  /** Requests that it is done with. */
  answered = 0;
  isFrozen = false;
  isReady = false;

  constructor(port: number, program: FunctionProgram) {
    this.port = port;
    this.#program = program;
    const [command, ...args] = program.argv;
    const { env } = program;
    this.#child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line !== '') program.onLine(line);
    });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it came up. */
  async warmUp(): Promise<boolean> {
    const until = Date.now() + READY_MS;
    while (this.isAlive && Date.now() < until) {
      if (await this.#program.isReady()) {
        this.isReady = true;
        return true;
      }
      await delay(100);
    }
    return false;
  }

  freeze(): void {
    this.isFrozen = this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    if (!this.isFrozen) return;
    this.#child.kill('SIGCONT');
    this.isFrozen = false;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, 'exit');
    this.kill();
    await ended;
  }
}
