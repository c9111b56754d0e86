import { open, stat } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';

/** A larger one is no session's work. */
const MAX_BUNDLE_BYTES = 512 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 60_000;
const MAX_HEADER_BYTES = 64 * 1024;

/** Brings a bundle from the store into a file. Throws with what went wrong. */
export async function fetchBundle(url: string, file: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok || !response.body) throw new Error(`the store answered ${response.status}`);
  let sizeBytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_BUNDLE_BYTES) done(new Error('it is over 512 MB'));
      else done(null, chunk);
    },
  });
  // The same stream: the two declarations of it differ in what they say of its iterator.
  const body = response.body as NodeStream;
  await pipeline(Readable.fromWeb(body), limit, createWriteStream(file));
}

/** The commits that a bundle builds on and does not hold, by its header. */
export async function bundleBases(file: string): Promise<string[]> {
  const { size } = await stat(file);
  const handle = await open(file);
  try {
    const header = Buffer.alloc(Math.min(size, MAX_HEADER_BYTES));
    await handle.read(header, 0, header.length, 0);
    const [lines = ''] = header.toString('latin1').split('\n\n', 1);
    return [...lines.matchAll(/^-([0-9a-f]{40,64})\b/gm)].map(([, sha = '']) => sha);
  } finally {
    await handle.close();
  }
}
