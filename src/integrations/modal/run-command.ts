import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerProcess, Sandbox } from 'modal';
import type { ExecResult, SandboxRef } from '@/ports/sandboxes';
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

export type BinaryProcess = ContainerProcess<Uint8Array>;

/** Waits for a command, and takes what it prints. */
export async function resultOf(sandbox: Sandbox, process: BinaryProcess): Promise<ExecResult> {
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
