// A program in a pseudo-terminal, and what its screen shows: util-linux' `script` makes the terminal, xterm reads it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { Terminal } from '@xterm/headless';

const PATIENCE_MS = 30_000;

interface PseudoTerminalOptions {
  cwd: string;
  env: Record<string, string>;
  columns: number;
  rows: number;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export class PseudoTerminal {
  /** Everything that the program wrote, escape sequences too. */
  written = '';
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #screen: Terminal;

  constructor(words: readonly string[], { cwd, env, columns, rows }: PseudoTerminalOptions) {
    this.#screen = new Terminal({ cols: columns, rows, scrollback: 1_000, allowProposedApi: true });
    // `tty` first, so that the terminal can be given another size from outside.
    const line = `stty cols ${columns} rows ${rows}; tty; exec ${words.map(quoted).join(' ')}`;
    this.#child = spawn('script', ['-qefc', line, '/dev/null'], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: cwd,
        SHELL: '/bin/sh',
        NODE_ENV: 'test',
        TERM: 'xterm',
        ...env,
      },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.written += text;
      this.#screen.write(text);
    });
    this.exited = new Promise((resolve) => this.#child.on('close', resolve));
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  /** As a window manager does it; the program is told by a signal. */
  async resize(columns: number, rows: number): Promise<void> {
    const [tty = ''] = /\/dev\/\S+/.exec(this.written) ?? [];
    this.#screen.resize(columns, rows);
    const stty = spawn('stty', ['-F', tty, 'cols', String(columns), 'rows', String(rows)]);
    await new Promise((resolve) => stty.on('close', resolve));
  }

  /** The lines of the screen, with those that scrolled away before them; empty ones at the end left out. */
  get lines(): string[] {
    const { active } = this.#screen.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, at) => active.getLine(at)?.translateToString(true) ?? '',
    );
    while (lines.at(-1) === '') lines.pop();
    // The first is the name of the terminal.
    return lines.slice(1);
  }

  async shows(text: string): Promise<void> {
    await this.untilLines((lines) => lines.some((line) => line.includes(text)), `shows “${text}”`);
  }

  async untilLines(fits: (lines: string[]) => boolean, what: string): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (!fits(this.lines)) {
      if (Date.now() > until) throw new Error(`It never ${what}:\n${this.lines.join('\n')}`);
      await pause(30);
    }
  }

  /** Ends it however it is. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
