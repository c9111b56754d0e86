import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type BlobKey } from '@/domain/ids';

const Description = z.object({ key: z.string(), sizeBytes: z.number().int(), contentType: z.string() });

export interface StoredBlob {
  sizeBytes: number;
  contentType: string;
  /** To be closed by whoever reads it. */
  file: FileHandle;
}

/** More or fewer bytes came than were agreed on; nothing was stored. */
export class WrongSizeError extends Error {
  constructor(agreed: number, received: string) {
    super(`The address is for exactly ${agreed} bytes, and ${received} came.`);
    this.name = 'WrongSizeError';
  }
}

/** Objects as files. A name is the digest of its key, so that no key can lead out of the folder. */
export class BlobFolder {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Opens a folder and clears away what uploads that were cut by the end of an earlier server left. */
  static async open(folder: string): Promise<BlobFolder> {
    await rm(join(folder, 'incoming'), { recursive: true, force: true });
    await mkdir(join(folder, 'incoming'), { recursive: true, mode: 0o700 });
    return new BlobFolder(folder);
  }

  /** Stores exactly `sizeBytes`, as a whole or not at all; an object of that key is replaced. */
  async write(
    key: BlobKey,
    object: { sizeBytes: number; contentType: string; content: AsyncIterable<Uint8Array> },
  ): Promise<void> {
    const { sizeBytes, contentType, content } = object;
    const incoming = join(this.folder, 'incoming', randomUUID());
    const target = this.pathOf(key);
    try {
      await writeExactly(incoming, content, sizeBytes);
      await writeFile(`${incoming}.json`, JSON.stringify({ key, sizeBytes, contentType }));
      await mkdir(dirname(target), { recursive: true });
      // The description first: the object is there as soon as its content is.
      await rename(`${incoming}.json`, `${target}.json`);
      await rename(incoming, target);
    } finally {
      await rm(incoming, { force: true });
      await rm(`${incoming}.json`, { force: true });
    }
  }

  /** Null when there is no such object. */
  async read(key: BlobKey): Promise<StoredBlob | null> {
    const path = this.pathOf(key);
    const file = await open(path).catch(orNullIfMissing);
    if (file === null) return null;
    try {
      const { contentType } = Description.parse(JSON.parse(await readFile(`${path}.json`, 'utf8')));
      const { size } = await file.stat();
      return { sizeBytes: size, contentType, file };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private pathOf(key: BlobKey): string {
    const digest = createHash('sha256').update(key).digest('hex');
    // What belongs to one session lies together, to be removed together.
    const [owner = ''] = key.split('/');
    return join(this.folder, 'objects', owner, digest);
  }
}

function orNullIfMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

async function writeExactly(
  path: string,
  content: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const received = await copy(content, file, sizeBytes);
    if (received !== sizeBytes) throw new WrongSizeError(sizeBytes, String(received));
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function copy(
  content: AsyncIterable<Uint8Array>,
  file: FileHandle,
  limitBytes: number,
): Promise<number> {
  let received = 0;
  for await (const chunk of content) {
    received += chunk.length;
    if (received > limitBytes) throw new WrongSizeError(limitBytes, 'more');
    await file.writeFile(chunk);
  }
  return received;
}
