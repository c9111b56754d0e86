import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@/domain/errors';
import { type HostCreate } from '@/domain/wire/sandbox-host';
import { copyDisk, createDisk } from './disk';
import { type SandboxRecord, type SandboxRecords, type SnapshotRecord } from './sandbox-records';
import { type Wall } from './wall';

/** A sandbox can be kept once, so its snapshot can be found again by whoever asks a second time. */
export function snapshotIdOf(sandboxId: string): string {
  return `snap-${sandboxId}`;
}

/** Makes the disk of a sandbox that has ended into a snapshot, by a rename. May be repeated after a crash. */
export async function keepDisk(records: SandboxRecords, wall: Wall, record: SandboxRecord): Promise<string> {
  const id = snapshotIdOf(record.id);
  await records.saveSnapshot({ id, mode: record.mode, paths: stablePaths(wall, record) });
  const kept = join(records.snapshotFolder(id), 'disk');
  if (!(await exists(kept))) await rename(record.disk, kept);
  return id;
}

function stablePaths(wall: Wall, sandbox: { id: string; labels: Record<string, string> }) {
  const disk = wall.diskOf({ id: sandbox.id, session: sandbox.labels['session'] ?? sandbox.id });
  const paths = wall.pathsOf(disk);
  return { workspace: paths.DISPATCH_WORKSPACE, home: paths.HOME };
}

/** Lays out the disk that a sandbox starts with. Refuses a snapshot whose absolute paths would be wrong here. */
export async function fillDisk(
  records: SandboxRecords,
  wall: Wall,
  target: { from: HostCreate['from']; disk: string },
): Promise<void> {
  const { from, disk } = target;
  if (from.type === 'image') return createDisk(disk);
  const snapshot = await records.findSnapshot(from.id);
  if (snapshot === null) {
    throw new AppError('sandbox_unavailable', `The snapshot ${from.id} is not here any more.`, {
      details: { snapshot: from.id },
    });
  }
  refuseOtherPaths(snapshot, wall, disk);
  await mkdir(dirname(disk), { recursive: true });
  await copyDisk(join(records.snapshotFolder(from.id), 'disk'), disk);
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
