import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { answers } from './app-server';
import { signal } from './processes';

const READY_MS = 90_000;

/** One process of the app, as a serverless platform would start it for some requests. */
export class FunctionInstance {
  readonly port: number;
  readonly #child: ChildProcess;
  /** Requests that it works on. */
  inFlight = 0;
  isFrozen = false;
  isReady = false;

  constructor(port: number, [program, ...args]: [string, ...string[]], env: NodeJS.ProcessEnv) {
    this.port = port;
    this.#child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.resume();
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it came up. */
  async warmUp(): Promise<boolean> {
    const until = Date.now() + READY_MS;
    while (this.isAlive && Date.now() < until) {
      if (await answers(this.port)) {
        this.isReady = true;
        return true;
      }
      await delay(100);
    }
    return false;
  }

  freeze(): void {
    this.isFrozen = signal([this.pid], 'SIGSTOP') > 0;
  }

  thaw(): void {
    if (!this.isFrozen) return;
    signal([this.pid], 'SIGCONT');
    this.isFrozen = false;
  }

  kill(): void {
    signal([this.pid], 'SIGKILL');
  }

  async end(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, 'exit');
    this.kill();
    await ended;
  }
}
