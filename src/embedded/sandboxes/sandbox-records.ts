import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SandboxLimit } from '@/domain/events/session-event';

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
  /** Snapshots whose own layers its disk is built on, the newest first; none for a disk that is a plain folder. */
  layers: z.array(z.string()).default([]),
  /** Folders of its control groups. */
  groups: z.array(z.string()).default([]),
  readOnlyFolder: z.object({ source: z.string(), target: z.string() }).nullable(),
  processes: z.array(ProcessIdentity),
  /** Null while it runs. */
  exitCode: z.number().int().nullable(),
  /** What it ended of, where that was one of its limits. */
  limit: SandboxLimit.nullable().default(null),
  limitsHit: z.array(SandboxLimit).default([]),
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
  /** Snapshots whose own layers make up this one, the newest first; absent where it is its only one. */
  layers: z.array(z.string()).min(1).optional(),
  /** When nobody wants it any more, in milliseconds since 1970; absent for never. */
  expiresAt: z.number().optional(),
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord>;

export function layersOf(snapshot: SnapshotRecord): string[] {
  return snapshot.layers ?? [snapshot.id];
}

/** What lies in the folder of snapshots. */
export interface KnownSnapshots {
  snapshots: SnapshotRecord[];
  /** Whose record was removed, and whose layer may still be needed. */
  dropped: string[];
}

/** Small JSON files, one folder a sandbox and one a snapshot. */
export class SandboxRecords {
  readonly dataDir: string;
  private readonly writes = new KeyedQueue();
  private hasUnreadable = false;

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  get sandboxesFolder(): string {
    return join(this.dataDir, 'sandboxes');
  }

  /** The folder with a sandbox's record, log and scratch space. */
  folderOf(sandboxId: string): string {
    return join(this.sandboxesFolder, sandboxId);
  }

  snapshotFolder(snapshotId: string): string {
    return join(this.dataDir, 'snapshots', snapshotId);
  }

  /** What an earlier host left. A record that can't be read is left alone, with whatever work lies beside it. */
  async load(): Promise<SandboxRecord[]> {
    const parent = this.sandboxesFolder;
    await mkdir(parent, { recursive: true });
    await mkdir(join(this.dataDir, 'snapshots'), { recursive: true });
    const names = await readdir(parent);
    const files = names.map((name) => join(parent, name, 'sandbox.json'));
    const records: SandboxRecord[] = [];
    for (const file of files) {
      const record = await readJson(file, SandboxRecord);
      if (record !== null) records.push(record);
      else if (await isThere(file)) this.hasUnreadable = true;
    }
    return records;
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
    await writeJson(this.snapshotFolder(snapshot.id), { name: SNAPSHOT_FILE, value: snapshot });
  }

  async findSnapshot(id: string): Promise<SnapshotRecord | null> {
    return readJson(join(this.snapshotFolder(id), SNAPSHOT_FILE), SnapshotRecord);
  }

  /** Makes a folder that holds a disk into a snapshot, as a whole or not at all. */
  async placeSnapshot(snapshot: SnapshotRecord, folder: string): Promise<void> {
    await writeJson(folder, { name: SNAPSHOT_FILE, value: snapshot });
    await rename(folder, this.snapshotFolder(snapshot.id));
  }

  /** From now on there is no such snapshot; its layer stays. */
  async forgetSnapshot(id: string): Promise<void> {
    await rm(join(this.snapshotFolder(id), SNAPSHOT_FILE), { force: true });
  }

  /** Null when there is a record, of a snapshot or a sandbox, that can't be read: it may need anything. */
  async listSnapshots(): Promise<KnownSnapshots | null> {
    if (this.hasUnreadable) return null;
    const known: KnownSnapshots = { snapshots: [], dropped: [] };
    const folder = join(this.dataDir, 'snapshots');
    // Somebody may have made room by hand: what is gone is said of each snapshot when it is wanted.
    await mkdir(folder, { recursive: true });
    for (const id of await readdir(folder)) {
      const snapshot = await this.findSnapshot(id);
      if (snapshot !== null) known.snapshots.push(snapshot);
      else if (await isThere(join(this.snapshotFolder(id), SNAPSHOT_FILE))) return null;
      else known.dropped.push(id);
    }
    return known;
  }
}

const SNAPSHOT_FILE = 'snapshot.json';

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
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
