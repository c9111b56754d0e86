import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { RunningProcess, Wall } from '@/embedded/sandboxes/wall';
import { OutputTape } from './output-tape';

const run = promisify(execFile);

export interface ExecPlace {
  wall: Wall;
  disk: string;
  scratch: string;
}

export interface ExecSpec {
  execId: string;
  argv: string[];
  env: Record<string, string>;
  timeoutSeconds: number | null;
}

interface Input {
  handle: FileHandle;
  path: string;
}

/** What no process of the stand-in has: its input comes by the named pipe, and its limits are not held. */
export const BARE = { readOnlyFolder: null, groups: [], stdin: null };

/** A daemon that was left behind may hold the output open. */
const DRAIN_MS = 100;

/** A command beside a sandbox's main process, with standard input. */
export class StandInExec {
  readonly stdout: OutputTape;
  readonly stderr: OutputTape;
  readonly ended: Promise<number>;
  readonly #running: RunningProcess;
  readonly #input: Input;
  #writtenBytes = 0;
  #isOver = false;
  #isInputClosed = false;

  private constructor(running: RunningProcess, input: Input, timeoutSeconds: number | null) {
    this.#running = running;
    this.#input = input;
    this.stdout = new OutputTape(running.stdout);
    this.stderr = new OutputTape(running.stderr);
    const timer = timeoutSeconds === null ? null : setTimeout(() => this.kill(), timeoutSeconds * 1_000);
    this.ended = running.ended.finally(async () => {
      if (timer !== null) clearTimeout(timer);
      this.#isOver = true;
      await this.#closeInput();
      await rm(input.path, { force: true });
      void delay(DRAIN_MS).then(() => [this.stdout, this.stderr].forEach((tape) => tape.end()));
    });
  }

  /** Standard input is a pipe with a name, since a wall gives its processes none. */
  static async start({ wall, disk, scratch }: ExecPlace, spec: ExecSpec): Promise<StandInExec> {
    const folder = join(scratch, 'tmp');
    await mkdir(folder, { recursive: true });
    const name = `stdin-${spec.execId}`;
    const outside = join(folder, name);
    await run('mkfifo', [outside]);
    // Both ends are held, so that nobody waits for the other to come.
    const input = await open(outside, constants.O_RDWR | constants.O_NONBLOCK);
    const inside = wall.mode === 'bwrap' ? `/tmp/${name}` : outside;
    // The name goes once the reader is there: input that ended before that would be lost with its end.
    const argv = ['sh', '-c', 'exec < "$0" && rm -f "$0" && exec "$@"', inside, ...spec.argv];
    const env = wall.mode === 'bwrap' ? spec.env : { ...spec.env, ...wall.pathsOf(disk) };
    const start = { disk, scratch, argv, env, ...BARE, isMain: false };
    return new StandInExec(await wall.start(start), { handle: input, path: outside }, spec.timeoutSeconds);
  }

  kill(): void {
    this.#running.kill();
  }

  /** May be repeated: what was written already is left out. */
  async write(offset: number, data: Uint8Array): Promise<void> {
    let rest = data.subarray(Math.max(0, this.#writtenBytes - offset));
    while (rest.length > 0 && !this.#isOver) {
      const written = await this.#input.handle.write(rest).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
        throw error;
      });
      if (written === null) await delay(2);
      this.#writtenBytes += written?.bytesWritten ?? 0;
      rest = rest.subarray(written?.bytesWritten ?? 0);
    }
  }

  async closeInput(): Promise<void> {
    while (!this.#isOver && existsSync(this.#input.path)) await delay(2);
    await this.#closeInput();
  }

  async #closeInput(): Promise<void> {
    if (this.#isInputClosed) return;
    this.#isInputClosed = true;
    await this.#input.handle.close();
  }
}
