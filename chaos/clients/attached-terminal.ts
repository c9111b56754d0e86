import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const Result = z.object({
  ok: z.boolean(),
  seq: z.number(),
  head: z.number(),
  digest: z.object({ fromSeq: z.number(), toSeq: z.number(), sha256: z.string() }),
});
export type TerminalResult = z.infer<typeof Result>;

export interface TerminalOptions {
  cli: string;
  url: string;
  token: string;
  sessionId: string;
}

/** `dispatch attach --json` as it is shipped, in a process of its own; killed, it is started again as a person would. */
export class AttachedTerminal {
  readonly #options: TerminalOptions;
  #child: ChildProcess | null = null;
  #output = '';
  #isStopping = false;
  /** Times that it ended unasked, by itself. */
  endings: string[] = [];

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Detaches by Ctrl-C and reads what it says at last; null when it says nothing in time. */
  async detach(timeoutMs: number): Promise<TerminalResult | null> {
    this.#isStopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null) return null;
    const exited = once(child, 'exit').then(() => true);
    child.kill('SIGINT');
    const isOver = await Promise.race([exited, delay(timeoutMs, false)]);
    if (!isOver) child.kill('SIGKILL');
    const last = this.#output.trimEnd().split('\n').at(-1) ?? '';
    try {
      return Result.parse(JSON.parse(last));
    } catch {
      // Whatever it said instead is what `said` shows.
      return null;
    }
  }

  /** The end of its output, for a report. */
  get said(): string {
    return this.#output.slice(-400);
  }

  stop(): void {
    this.#isStopping = true;
    this.#child?.kill('SIGKILL');
  }

  #start(): void {
    const { cli, url, token, sessionId } = this.#options;
    this.#output = '';
    const child = spawn(process.execPath, [cli, 'attach', sessionId, '--json'], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', DISPATCH_SERVER: url, DISPATCH_TOKEN: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    child.stderr.resume();
    child.once('exit', (code, signal) => {
      if (this.#isStopping) return;
      this.endings.push(signal ?? String(code));
      setTimeout(() => {
        if (!this.#isStopping) this.#start();
      }, 500);
    });
  }
}
