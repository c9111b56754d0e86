import { spawn } from 'node:child_process';
import { childEnvironment } from '../supervisor/environment';

/** What a program printed, at most `maxBytes` of each stream. */
export interface ProgramResult {
  /** Null when a signal ended it or it could not be started. */
  code: number | null;
  stdout: Buffer;
  stderr: string;
  /** It printed more than it was allowed to, so that `stdout` is cut. */
  isCut: boolean;
  isTimedOut: boolean;
}

export interface ProgramOptions {
  cwd: string;
  env: Record<string, string>;
  timeoutMs: number;
  maxBytes: number;
  /** Given to its standard input. */
  input?: string | Buffer;
}

/** Runs a program to its end, or kills it at its deadline. Never throws for what the program does. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    start(program, { args, options }, resolve);
  });
}

function start(
  program: string,
  { args, options }: { args: readonly string[]; options: ProgramOptions },
  resolve: (result: ProgramResult) => void,
): void {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: childEnvironment(options.env),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout = new Collector(options.maxBytes);
  const stderr = new Collector(64 * 1024);
  let isTimedOut = false;
  const killAll = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group ended on its own meanwhile, which is what was wanted.
    }
  };
  const timer = setTimeout(() => {
    isTimedOut = true;
    killAll();
  }, options.timeoutMs);
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  // A program that ends without reading its input is judged by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const finish = (code: number | null, error?: Error): void => {
    clearTimeout(timer);
    const said = stderr.bytes().toString('utf8');
    resolve({
      code,
      stdout: stdout.bytes(),
      stderr: error ? error.message : said,
      isCut: stdout.isCut,
      isTimedOut,
    });
  };
  child.on('error', (error) => finish(null, error));
  child.on('close', (code) => finish(code));
}

class Collector {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #sizeBytes = 0;
  isCut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const room = this.#maxBytes - this.#sizeBytes;
    if (chunk.length > room) this.isCut = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#sizeBytes += kept.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
