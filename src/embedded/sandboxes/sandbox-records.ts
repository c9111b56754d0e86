import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { removeTree } from './disk';
import { KeyedQueue } from './keyed-queue';
import { ProcessIdentity } from './process-identity';

const Mode = z.enum(['bwrap', 'process']);

/** What has to be known of a sandbox after the host itself was killed. Holds no secrets. */
export const SandboxRecord = z.object({
  id: z.string(),
  key: z.string(),
  labels: z.record(z.string(), z.string()),
  mode: Mode,
  /** The folder that holds its workspace, HOME and state now. */
  disk: z.string(),
  readOnlyFolder: z.object({ source: z.string(), target: z.string() }).nullable(),
  processes: z.array(ProcessIdentity),
  /** Null while it runs. */
  exitCode: z.number().int().nullable(),
  /** Somebody was told of an end that nobody had asked for. */
  isExitTold: z.boolean(),
});
export type SandboxRecord = z.infer<typeof SandboxRecord>;

/** A disk that was kept. */
export const SnapshotRecord = z.object({
  id: z.string(),
  mode: Mode,
  /** The path that it had, and must have again for absolute paths inside to be right. */
  paths: z.object({ workspace: z.string(), home: z.string() }),
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord>;

/** Small JSON files, one folder a sandbox and one a snapshot. */
export class SandboxRecords {
  private readonly dataDir: string;
  private readonly writes = new KeyedQueue();

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  /** The folder with a sandbox's record, log and scratch space. */
  folderOf(sandboxId: string): string {
    return join(this.dataDir, 'sandboxes', sandboxId);
  }

  snapshotFolder(snapshotId: string): string {
    return join(this.dataDir, 'snapshots', snapshotId);
  }

  /** What an earlier host left. A record that can't be read is left alone, with whatever work lies beside it. */
  async load(): Promise<SandboxRecord[]> {
    const parent = join(this.dataDir, 'sandboxes');
    await mkdir(parent, { recursive: true });
    await mkdir(join(this.dataDir, 'snapshots'), { recursive: true });
    const names = await readdir(parent);
    const files = names.map((name) => join(parent, name, 'sandbox.json'));
    const records = await Promise.all(files.map((file) => readJson(file, SandboxRecord)));
    return records.filter((record) => record !== null);
  }

  /** One write after the other, each of what the record is by then: a sandbox may end while its start is written. */
  save(record: SandboxRecord): Promise<void> {
    return this.writes.run(record.id, () =>
      writeJson(this.folderOf(record.id), { name: 'sandbox.json', value: record }),
    );
  }

  async remove(record: SandboxRecord): Promise<void> {
    await removeTree(record.disk);
    await removeTree(this.folderOf(record.id));
  }

  async saveSnapshot(snapshot: SnapshotRecord): Promise<void> {
    await writeJson(this.snapshotFolder(snapshot.id), { name: 'snapshot.json', value: snapshot });
  }

  async findSnapshot(id: string): Promise<SnapshotRecord | null> {
    return readJson(join(this.snapshotFolder(id), 'snapshot.json'), SnapshotRecord);
  }

  async dropSnapshot(id: string): Promise<void> {
    await removeTree(this.snapshotFolder(id));
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Files are replaced as a whole, so one that can't be read was written by another version of this program.
    return null;
  }
}

/** As a whole or not at all, whenever the host is killed. */
async function writeJson(folder: string, file: { name: string; value: unknown }): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, file.name);
  await writeFile(`${path}.new`, JSON.stringify(file.value, null, 2));
  await rename(`${path}.new`, path);
}
