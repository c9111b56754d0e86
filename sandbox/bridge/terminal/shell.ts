import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TerminalSize } from '@/domain/wire/terminal';
import { childEnvironment } from '../../supervisor/environment';
import { killGroup } from '../../supervisor/kill-processes';

/** Until a shell that starts has said which device is its own. */
const RETRY_MS = 100;

export interface ShellPlace {
  /** The repository. */
  folder: string;
  /** The bridge's own folder. */
  state: string;
  home: string;
  path: string;
}

interface ShellEvents {
  onOutput: (chunk: Buffer) => void;
  /** Called once; `why` for a shell that could not be started. */
  onEnd: (why: string | null) => void;
}

/**
 * A login shell in a pseudo-terminal, which util-linux's `script` makes: it is in every image and on every Linux, and
 * needs no native module. It gets no secret. Its window is resized from outside, by its device's name.
 */
export class Shell {
  readonly #child: ChildProcess;
  readonly #tty: string;
  #size: TerminalSize;
  #isRunning = true;

  constructor(place: ShellPlace, size: TerminalSize, { onOutput, onEnd }: ShellEvents) {
    const { folder, state, home, path } = place;
    this.#size = size;
    this.#tty = join(state, `terminal-${randomUUID()}`);
    const start = `stty sane cols ${size.cols} rows ${size.rows}; tty > "$DISPATCH_TTY"; unset DISPATCH_TTY; exec bash -l`;
    this.#child = spawn('script', ['-q', '-f', '-c', start, '/dev/null'], {
      cwd: folder,
      env: childEnvironment({
        ...{ PATH: path, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/bash' },
        // The state folder is how a provider finds what strayed from a sandbox that it ends.
        DISPATCH_STATE: state,
        DISPATCH_TTY: this.#tty,
      }),
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const { stdin, stdout } = this.#child;
    stdout?.on('data', onOutput);
    // A shell that ended takes no more, and its end is told anyway.
    stdin?.on('error', () => undefined);
    const end = (why: string | null): void => {
      if (!this.#isRunning) return;
      this.#isRunning = false;
      rmSync(this.#tty, { force: true });
      onEnd(why);
    };
    this.#child.once('error', (error) => end(`A terminal needs “script” of util-linux: ${error.message}`));
    this.#child.once('exit', () => end(null));
  }

  write(bytes: Buffer): void {
    this.#child.stdin?.write(bytes);
  }

  /** The programs in it hear of the new size, as from any terminal. One that is just starting is told when it is there. */
  resize(size: TerminalSize): void {
    this.#size = size;
    const device = this.#device();
    if (device === null) {
      if (this.#isRunning) setTimeout(() => size === this.#size && this.resize(size), RETRY_MS).unref();
      return;
    }
    const { cols, rows } = size;
    execFile('stty', ['-F', device, 'cols', String(cols), 'rows', String(rows)], (error) => {
      if (error) console.error(`bridge: the terminal could not be resized: ${error.message}`);
    });
  }

  /** Ends it with what runs in it. */
  end(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid, 'SIGHUP');
    this.#child.stdin?.end();
  }

  /** Null before the shell has said it, or after its end. */
  #device(): string | null {
    try {
      const device = readFileSync(this.#tty, 'utf8').trim();
      return device.startsWith('/dev/pts/') ? device : null;
    } catch {
      return null;
    }
  }
}
