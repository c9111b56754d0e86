import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const Result = z.looseObject({ ok: z.boolean() });

/** The dispatch command as it is shipped, in a process of its own; with `tty`, in a pseudo-terminal. */
export class TerminalRun {
  stdout = '';
  stderr = '';
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;

  constructor(args: string[], options: { server: string; token: string; tty?: boolean; cwd?: string }) {
    const bundle = [process.execPath, resolve('dist/cli/dispatch.mjs'), ...args];
    const [command = '', ...rest] = options.tty
      ? ['script', '-qefc', bundle.map((word) => `'${word}'`).join(' '), '/dev/null']
      : bundle;
    const child = spawn(command, rest, {
      cwd: options.cwd,
      env: {
        ...process.env,
        DISPATCH_SERVER: options.server,
        DISPATCH_TOKEN: options.token,
        NO_COLOR: '1',
        COLUMNS: '200',
      },
      stdio: [options.tty ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((done) => child.once('close', (code) => done(code ?? 1)));
  }

  /** Everything that was shown, on either stream. */
  get shown(): string {
    return this.stdout + this.stderr;
  }

  async shows(text: string, timeoutMs = 60_000): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (!this.shown.includes(text)) {
      if (Date.now() > until) throw new Error(`“${text}” is not shown:\n${this.shown}`);
      await delay(30);
    }
  }

  /** The one JSON object that `--json` ends with. */
  result(): z.infer<typeof Result> {
    const last = this.stdout.trimEnd().split('\n').at(-1) ?? '';
    return Result.parse(JSON.parse(last));
  }

  /** As if it were typed; with `tty`. */
  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }
}
