import { type WriteStream, createWriteStream } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** A file is begun anew at this size and the one before it kept, so at most twice as much is on the disk. */
const LOG_LIMIT_BYTES = 512 * 1024;

/** Copies what a sandbox's main process prints to a file of limited size, until it ends. */
export async function logOutput(
  streams: Readable[],
  path: string,
  limitBytes = LOG_LIMIT_BYTES,
): Promise<void> {
  const log = new LimitedLog(path, limitBytes);
  await Promise.all(
    streams.map(async (stream) => {
      // A child's output without an encoding comes in buffers.
      for await (const chunk of stream) await log.write(chunk as Buffer);
    }),
  );
  await log.end();
}

class LimitedLog {
  private readonly path: string;
  private readonly limitBytes: number;
  private sizeBytes = 0;
  private file: WriteStream;
  private last: Promise<void> = Promise.resolve();

  constructor(path: string, limitBytes: number) {
    this.path = path;
    this.limitBytes = limitBytes;
    this.file = openLog(path);
  }

  /** In turn: two streams share the file. A full disk loses lines, so that the sandbox can go on printing. */
  write(chunk: Buffer): Promise<void> {
    this.last = this.last.then(() => this.append(chunk)).catch(() => undefined);
    return this.last;
  }

  async end(): Promise<void> {
    this.file.end();
    // The rest of a log that can't be written is lost, and nothing depends on it.
    await finished(this.file).catch(() => undefined);
  }

  private async append(chunk: Buffer): Promise<void> {
    if (this.sizeBytes > 0 && this.sizeBytes + chunk.length > this.limitBytes) {
      await this.end();
      await rename(this.path, `${this.path}.1`);
      this.file = openLog(this.path);
      this.sizeBytes = 0;
    }
    this.sizeBytes += chunk.length;
    await new Promise<void>((resolve, reject) => {
      this.file.write(chunk, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

function openLog(path: string): WriteStream {
  const file = createWriteStream(path, { mode: 0o600 });
  // Errors are told to whoever writes.
  file.on('error', () => undefined);
  return file;
}

const LAST_OUTPUT_CHARACTERS = 2_000;

/** The end of a log, for people; empty when there is none. */
export async function lastOutput(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-LAST_OUTPUT_CHARACTERS);
}
