import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerProcess, Sandbox } from 'modal';
import { AppError } from '@/domain/errors';
import type { ExecResult, SandboxFile, SandboxRef } from '@/ports/sandboxes';
import type { ModalConnection } from './connection';
import { findRunning } from './running-sandbox';
import { SANDBOX_PATHS } from './sandbox-paths';

const OUTPUT_LIMIT_BYTES = 1_000_000;
/** As `timeout` of coreutils says it, which ends the command inside: Modal has no way to end one. */
const TOOK_TOO_LONG = 124;
/** SIGKILL, on top of 128. */
const KILLED = 137;
/** After being asked to end, a command has so long before it is killed. */
const KILL_AFTER_SECONDS = 2;
/** For a sandbox that does not end its command; whole seconds, since the SDK takes nothing else. */
const GRACE_SECONDS = 5;
/** A daemon that was left behind may hold the output open for ever. */
const DRAIN_MS = 1_000;

export interface Command {
  argv: string[];
  timeoutMs: number;
}

/** Closes standard input, which nobody writes to, and has the command ended in time. */
const WRAPPER = `exec timeout --kill-after=${KILL_AFTER_SECONDS} "$0" "$@" < /dev/null`;

/**
 * Runs a command in the workspace; 1 MB of each of its outputs is kept. It is not run again when its answer does not
 * come. Answers 124 when it took too long, 137 when the sandbox ended under it. Errors: `sandbox_unavailable`.
 */
export async function runCommand(
  connection: ModalConnection,
  ref: SandboxRef,
  { argv, timeoutMs }: Command,
): Promise<ExecResult> {
  const sandbox = await findRunning(connection, ref);
  const serverSeconds = Math.ceil(timeoutMs / 1_000) + KILL_AFTER_SECONDS + GRACE_SECONDS;
  const call = { what: 'run a command', isOnce: true, timeoutMs: (serverSeconds + GRACE_SECONDS) * 1_000 };
  try {
    return await connection.call(call, async () => {
      const startedAtMs = performance.now();
      const process = await sandbox.exec(['sh', '-c', WRAPPER, String(timeoutMs / 1_000), ...argv], {
        mode: 'binary',
        workdir: SANDBOX_PATHS.DISPATCH_WORKSPACE,
        env: SANDBOX_PATHS,
        timeoutMs: serverSeconds * 1_000,
      });
      const result = await resultOf(sandbox, process);
      const isLate = result.code === KILLED && performance.now() - startedAtMs >= timeoutMs;
      return isLate ? { ...result, code: TOOK_TOO_LONG } : result;
    });
  } finally {
    sandbox.detach();
  }
}

type BinaryProcess = ContainerProcess<Uint8Array>;

async function resultOf(sandbox: Sandbox, process: BinaryProcess): Promise<ExecResult> {
  const [stdout, stderr] = [new Collector(process.stdout), new Collector(process.stderr)];
  const code = await exitCodeOf(sandbox, process);
  await Promise.race([Promise.all([stdout.closed, stderr.closed]), delay(DRAIN_MS)]);
  await Promise.all([stdout.stop(), stderr.stop()]);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

async function exitCodeOf(sandbox: Sandbox, process: BinaryProcess): Promise<number> {
  try {
    return await process.wait();
  } catch (error) {
    // With a sandbox that ends goes whoever could tell of its commands.
    if ((await sandbox.poll()) !== null) return KILLED;
    throw error;
  }
}

/** Takes what a command prints, up to the limit; the rest is read all the same, or the command might wait for us. */
class Collector {
  readonly closed: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
    // Output that breaks off is short, and the exit status says how the command ended.
    this.closed = this.#read().catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      const kept = value.subarray(0, Math.max(0, OUTPUT_LIMIT_BYTES - this.#sizeBytes));
      this.#sizeBytes += kept.length;
      if (kept.length > 0) this.#chunks.push(kept);
    }
  }
}

/**
 * One command for all files: the SDK's own way takes three calls a file and knows no permission bits. Each line of
 * its input is a file.
 */
const WRITER = `
const { chmodSync, mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { path, mode, data } = JSON.parse(line);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.from(data, 'base64'));
  chmodSync(path, mode);
});
`;
const WRITE_TIMEOUT_SECONDS = 120;
const DEFAULT_MODE = 0o644;
/** Well below the 100 MB that a message of the SDK may have. */
const PIECE_BYTES = 1024 * 1024;

/** Writes files at their absolute paths, folders on the way included. Errors: `sandbox_unavailable`. */
export async function writeFiles(
  connection: ModalConnection,
  ref: SandboxRef,
  files: readonly SandboxFile[],
): Promise<void> {
  const relative = files.find(({ path }) => !path.startsWith('/'));
  if (relative) throw new AppError('sandbox_unavailable', `The path ${relative.path} is not absolute.`);
  const sandbox = await findRunning(connection, ref);
  // Files that are written twice are the same files, but the connection was alive a moment ago.
  const call = { what: 'write files', isOnce: true, timeoutMs: WRITE_TIMEOUT_SECONDS * 1_000 };
  try {
    await connection.call(call, async () => {
      const process = await sandbox.exec(['node', '-e', WRITER], {
        mode: 'binary',
        env: SANDBOX_PATHS,
        timeoutMs: WRITE_TIMEOUT_SECONDS * 1_000,
      });
      await feed(process, files);
      const { code, stderr } = await resultOf(sandbox, process);
      if (code !== 0) throw new Error(`it ended with ${code}: ${stderr.trim().slice(0, 2_000)}`);
    });
  } finally {
    sandbox.detach();
  }
}

async function feed(process: BinaryProcess, files: readonly SandboxFile[]): Promise<void> {
  const writer = process.stdin.getWriter();
  for (const { path, mode = DEFAULT_MODE, data } of files) {
    const line = Buffer.from(
      `${JSON.stringify({ path, mode, data: Buffer.from(data).toString('base64') })}\n`,
    );
    for (let at = 0; at < line.length; at += PIECE_BYTES)
      await writer.write(line.subarray(at, at + PIECE_BYTES));
  }
  await writer.close();
}
