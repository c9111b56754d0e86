import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface KeptProcessOptions {
  name: string;
  argv: [string, ...string[]];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Resolves once the process does its work; asked after each start. */
  isReady: () => Promise<boolean>;
  readyTimeoutMs: number;
  /** Hears each line that it prints, and what happens to it. */
  onLine: (line: string) => void;
  onNotice: (notice: string) => void;
}

const FIRST_BACK_OFF_MS = 200;
const MAX_BACK_OFF_MS = 5_000;
/** A process that lived this long starts with the short wait again. */
const SETTLED_MS = 30_000;
const STOP_MS = 8_000;
const LINES_KEPT = 20;

/** A part of the stack in a process group of its own, started again whenever it ends unasked. */
export class KeptProcess {
  readonly #options: KeptProcessOptions;
  readonly #lines: string[] = [];
  #child: ChildProcess | undefined;
  #isStopping = false;
  #backOffMs = FIRST_BACK_OFF_MS;

  constructor(options: KeptProcessOptions) {
    this.#options = options;
  }

  /** Starts it and waits until it is ready. Rejects with what it printed last when it is not. */
  async start(): Promise<void> {
    this.#spawn();
    const until = Date.now() + this.#options.readyTimeoutMs;
    while (!(await this.#options.isReady())) {
      if (this.#isStopping) return;
      if (Date.now() > until) {
        throw new Error(
          `${this.#options.name} did not become ready. Its last words:\n${this.#lines.join('\n')}`,
        );
      }
      await delay(100);
    }
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  #spawn(): void {
    const { argv, cwd, env, name, onNotice } = this.#options;
    const [command, ...args] = argv;
    const startedAt = Date.now();
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    }
    child.once('error', (error) => onNotice(`${name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      this.#killGroup('SIGKILL');
      if (!this.#isStopping) void this.#restart(startedAt, signal ?? `exit code ${code ?? '?'}`);
    });
  }

  async #restart(startedAt: number, how: string): Promise<void> {
    if (Date.now() - startedAt > SETTLED_MS) this.#backOffMs = FIRST_BACK_OFF_MS;
    this.#options.onNotice(`${this.#options.name} ended (${how}); starting it again`);
    await delay(this.#backOffMs);
    this.#backOffMs = Math.min(this.#backOffMs * 2, MAX_BACK_OFF_MS);
    if (!this.#isStopping) this.#spawn();
  }

  #hear(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
    this.#options.onLine(line);
  }

  /** Ends it and all that it started: asked first, killed when it does not listen. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
    this.#killGroup('SIGTERM');
    const isEnded = await Promise.race([ended, delay(STOP_MS, false)]);
    if (!isEnded) this.#killGroup('SIGKILL');
    await ended;
  }

  #killGroup(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: nobody of the group is left, which is what was wanted.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
