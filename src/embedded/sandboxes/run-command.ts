import { once } from 'node:events';
import { type Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type HostExecResult } from '@/domain/wire/sandbox-host';
import { type RunningProcess } from './wall';

const OUTPUT_LIMIT_BYTES = 1_000_000;
/** As `timeout` of coreutils says it. */
const TOOK_TOO_LONG = 124;
/** A daemon that was left behind may hold the output open for ever. */
const DRAIN_MS = 300;

/** Waits for a command and takes what it prints, 1 MB of each stream; 124 when it had to be ended. */
export async function resultOf(running: RunningProcess, timeoutMs: number): Promise<HostExecResult> {
  const [stdout, stderr] = [collect(running.stdout), collect(running.stderr)];
  const late = AbortSignal.timeout(timeoutMs);
  late.addEventListener('abort', running.kill);
  const code = await running.ended.finally(() => late.removeEventListener('abort', running.kill));
  const isLate = late.aborted;
  await Promise.race([Promise.all([stdout.closed, stderr.closed]), delay(DRAIN_MS)]);
  running.stdout.destroy();
  running.stderr.destroy();
  return { code: isLate ? TOOK_TOO_LONG : code, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(stream: Readable): { closed: Promise<unknown>; text: () => string } {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  stream.on('data', (chunk: Buffer) => {
    // What is over the limit is read all the same, or the command would wait for a reader.
    const kept = chunk.subarray(0, Math.max(0, OUTPUT_LIMIT_BYTES - sizeBytes));
    sizeBytes += kept.length;
    if (kept.length > 0) chunks.push(kept);
  });
  return { closed: once(stream, 'close'), text: () => Buffer.concat(chunks).toString('utf8') };
}
