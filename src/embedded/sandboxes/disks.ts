import { randomUUID } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@/domain/errors';
import { type HostCreate } from '@/domain/wire/sandbox-host';
import { copyDisk, copyLiveDisk, createDisk, removeTree } from './disk';
import { KeyedQueue } from './keyed-queue';
import { mountOverlay, mountsBelow, unmount } from './overlay';
import { layersOf, type SandboxRecord, type SandboxRecords, type SnapshotRecord } from './sandbox-records';
import { type Wall } from './wall';

/** A deeper stack is copied into one layer when it is kept, or it would grow with every sleep. */
export const MAX_LAYERS = 16;

export interface DisksOptions {
  records: SandboxRecords;
  wall: Wall;
  /** Starts share a snapshot's layers and write beside them; without, each start copies the whole. */
  isLayered: boolean;
}

export interface CopyOptions {
  /** Null for no end. */
  ttlSeconds: number | null;
  /** The copy is given up after that. */
  timeoutMs: number;
}

/**
 * The disks of sandboxes. A disk is a plain folder, or a stack of read-only layers (each the changes of one life, kept
 * in a snapshot's folder) with one folder on top that takes what is written.
 */
export class Disks {
  private readonly options: DisksOptions;
  /** Layers that a sandbox needs, whatever becomes of the snapshots that named them. */
  private readonly needed = new Map<string, string[]>();
  private readonly queue = new KeyedQueue();

  constructor(options: DisksOptions) {
    this.options = options;
  }

  /** Takes over the disks that an earlier host left: nothing stays mounted, and layers of no use are removed. */
  async adopt(sandboxes: readonly SandboxRecord[]): Promise<void> {
    for (const target of await mountsBelow(this.options.records.sandboxesFolder)) await unmount(target);
    for (const { id, layers } of sandboxes) this.needed.set(id, layers);
    await this.inTurn(() => this.collect());
  }

  /**
   * Lays out the disk that a sandbox starts with, and notes its layers, which have to be saved before anything is
   * written. Refuses a snapshot whose absolute paths would be wrong here.
   */
  async lay(sandbox: SandboxRecord, from: HostCreate['from']): Promise<void> {
    if (from.type === 'image') return createDisk(sandbox.disk);
    const snapshot = await this.inTurn(async () => {
      const found = await this.find(from.id);
      this.needed.set(sandbox.id, layersOf(found));
      return found;
    });
    refuseOtherPaths(snapshot, this.options.wall, sandbox.disk);
    await mkdir(dirname(sandbox.disk), { recursive: true });
    if (this.options.isLayered) await this.layOver(sandbox, layersOf(snapshot));
    else await this.layCopy(sandbox, snapshot);
  }

  /** What a sandbox wrote itself. */
  ownFolder(sandbox: SandboxRecord): string {
    return sandbox.layers.length === 0 ? sandbox.disk : this.inFolder(sandbox, 'upper');
  }

  /** Lets go of the disk of a sandbox that has ended. May be repeated. */
  async release(sandbox: SandboxRecord): Promise<void> {
    if (sandbox.layers.length === 0) return;
    for (const target of await mountsBelow(dirname(sandbox.disk))) await unmount(target);
  }

  /** Makes the disk of a sandbox that has ended into a snapshot, by a rename. May be repeated after a crash. */
  async keep(sandbox: SandboxRecord): Promise<string> {
    const { records, wall } = this.options;
    const id = snapshotIdOf(sandbox.id);
    const isDeep = sandbox.layers.length >= MAX_LAYERS;
    const layers = isDeep ? [id] : [id, ...sandbox.layers];
    const snapshot = { id, mode: sandbox.mode, paths: stablePaths(wall, sandbox), layers };
    await this.inTurn(() => records.saveSnapshot(snapshot));
    const kept = this.layerFolder(id);
    if (await exists(kept)) return id;
    if (isDeep) await this.flatten(sandbox, kept);
    else await rename(this.ownFolder(sandbox), kept);
    return id;
  }

  /** Copies what a running sandbox wrote into a snapshot, which is there as a whole or not at all. */
  async copyLive(sandbox: SandboxRecord, options: CopyOptions): Promise<string> {
    const { ttlSeconds, timeoutMs } = options;
    const { records, wall } = this.options;
    const id = `snap-${randomUUID()}`;
    const isDeep = sandbox.layers.length >= MAX_LAYERS;
    const aside = this.inFolder(sandbox, id);
    await mkdir(aside);
    try {
      await copyLiveDisk(isDeep ? sandbox.disk : this.ownFolder(sandbox), join(aside, 'disk'), timeoutMs);
      const layers = isDeep ? [id] : [id, ...sandbox.layers];
      const snapshot = { id, mode: sandbox.mode, paths: stablePaths(wall, sandbox), layers };
      const end = ttlSeconds === null ? {} : { expiresAt: Date.now() + ttlSeconds * 1_000 };
      await this.inTurn(() => records.placeSnapshot({ ...snapshot, ...end }, aside));
    } catch (error) {
      await removeTree(aside);
      throw error;
    }
    return id;
  }

  /** Removes the disk and the record of a sandbox that has ended, and layers that it alone still needed. */
  async remove(sandbox: SandboxRecord): Promise<void> {
    await this.release(sandbox);
    await this.options.records.remove(sandbox);
    await this.inTurn(async () => {
      this.needed.delete(sandbox.id);
      await this.collect();
    });
  }

  /** Forgets a snapshot; its layers go with the last of those that are built on them. */
  async drop(id: string): Promise<void> {
    await this.inTurn(async () => {
      await this.options.records.forgetSnapshot(id);
      await this.collect();
    });
  }

  private async find(id: string): Promise<SnapshotRecord> {
    const snapshot = await this.options.records.findSnapshot(id);
    if (snapshot !== null) return snapshot;
    throw new AppError('sandbox_unavailable', `The snapshot ${id} is not here any more.`, {
      details: { why: 'snapshot_gone', snapshot: id },
    });
  }

  private async layOver(sandbox: SandboxRecord, layers: string[]): Promise<void> {
    const { records } = this.options;
    sandbox.layers = layers;
    const [folder, work] = [this.ownFolder(sandbox), this.inFolder(sandbox, 'work')];
    for (const each of [sandbox.disk, folder, work]) await mkdir(each, { recursive: true });
    const mount = { layers: layers.map((id) => this.layerFolder(id)), upper: { folder, work } };
    await mountOverlay(records.dataDir, { ...mount, target: sandbox.disk });
  }

  private async layCopy(sandbox: SandboxRecord, snapshot: SnapshotRecord): Promise<void> {
    const [layer = snapshot.id, ...below] = layersOf(snapshot);
    if (below.length > 0) {
      const message = `The snapshot ${snapshot.id} has layers, and overlays, which they need, do not work here now.`;
      throw new AppError('sandbox_unavailable', message, { details: { why: 'not_supported' } });
    }
    // A copy and not a move: a snapshot may be started from again, by the next try after a start that failed.
    await copyDisk(this.layerFolder(layer), sandbox.disk);
  }

  private async flatten(sandbox: SandboxRecord, kept: string): Promise<void> {
    const { dataDir } = this.options.records;
    const layers = [this.ownFolder(sandbox), ...sandbox.layers.map((id) => this.layerFolder(id))];
    await this.release(sandbox);
    await mountOverlay(dataDir, { layers, upper: null, target: sandbox.disk });
    await removeTree(`${kept}.new`);
    await copyDisk(sandbox.disk, `${kept}.new`);
    await this.release(sandbox);
    await rename(`${kept}.new`, kept);
  }

  /** Removes the layers of dropped snapshots that neither a snapshot nor a sandbox needs. */
  private async collect(): Promise<void> {
    const { records } = this.options;
    await this.dropExpired();
    const known = await records.listSnapshots();
    // What can't be read may need any of them.
    if (known === null) return;
    const needed = new Set([...known.snapshots.flatMap(layersOf), ...[...this.needed.values()].flat()]);
    for (const id of known.dropped) if (!needed.has(id)) await removeTree(records.snapshotFolder(id));
  }

  private async dropExpired(): Promise<void> {
    const { records } = this.options;
    const known = await records.listSnapshots();
    const isOver = ({ expiresAt = Infinity }: SnapshotRecord) => expiresAt < Date.now();
    for (const { id } of known?.snapshots.filter(isOver) ?? []) await records.forgetSnapshot(id);
  }

  private inFolder(sandbox: SandboxRecord, name: string): string {
    return join(this.options.records.folderOf(sandbox.id), name);
  }

  private layerFolder(id: string): string {
    return join(this.options.records.snapshotFolder(id), 'disk');
  }

  /** Nobody starts from a layer while it is decided that nobody needs it. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.queue.run('layers', work);
  }
}

/** A sandbox can be kept once, so its snapshot can be found again by whoever asks a second time. */
export function snapshotIdOf(sandboxId: string): string {
  return `snap-${sandboxId}`;
}

function stablePaths(wall: Wall, sandbox: { id: string; labels: Record<string, string> }) {
  const disk = wall.diskOf({ id: sandbox.id, session: sandbox.labels['session'] ?? sandbox.id });
  const paths = wall.pathsOf(disk);
  return { workspace: paths.DISPATCH_WORKSPACE, home: paths.HOME };
}

function refuseOtherPaths(snapshot: SnapshotRecord, wall: Wall, disk: string): void {
  const paths = wall.pathsOf(disk);
  if (snapshot.paths.workspace === paths.DISPATCH_WORKSPACE && snapshot.paths.home === paths.HOME) return;
  throw new AppError(
    'sandbox_unavailable',
    `The snapshot ${snapshot.id} was taken at ${snapshot.paths.workspace} and can't be used at ${paths.DISPATCH_WORKSPACE}.`,
    { details: { snapshot: snapshot.id } },
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
