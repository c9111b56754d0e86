import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { messageOf } from '@/domain/errors';

const run = promisify(execFile);

/** What a running sandbox keeps on the disk, and how much that may be. */
export interface WatchedDisk {
  id: string;
  folders: string[];
  limitMiB: number;
}

export interface DiskWatchOptions {
  dataDir: string;
  disks: () => WatchedDisk[];
  onOver: (id: string) => void;
  log: (line: string) => void;
}

const LOOK_MS = 1_000;
const MEASURE_MS = 30_000;
/** So much less room since the last measurement is reason enough for another. */
const NOTABLE_BYTES = 64 * 1024 * 1024;

/**
 * Measures what running sandboxes keep on the disk, since quotas are there for hardly anybody: every half minute, and at
 * once when the file system fills. What a sandbox can write within about a second is not held back.
 */
export class DiskWatch {
  private readonly options: DiskWatchOptions;
  private readonly timer: NodeJS.Timeout;
  private measuredAt = -Infinity;
  private freeBytes = 0;
  private isLooking = false;

  constructor(options: DiskWatchOptions) {
    this.options = options;
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const disks = this.options.disks();
    if (this.isLooking || disks.length === 0) return;
    this.isLooking = true;
    try {
      const { bavail, bsize } = await statfs(this.options.dataDir);
      const isFilling = this.freeBytes - bavail * bsize > NOTABLE_BYTES;
      if (!isFilling && performance.now() - this.measuredAt < MEASURE_MS) return;
      this.freeBytes = bavail * bsize;
      this.measuredAt = performance.now();
      for (const disk of disks) if (await isOver(disk)) this.options.onOver(disk.id);
    } catch (error) {
      this.options.log(`the disks of sandboxes could not be measured: ${messageOf(error)}`);
    } finally {
      this.isLooking = false;
    }
  }
}

async function isOver({ folders, limitMiB }: WatchedDisk): Promise<boolean> {
  // What vanishes meanwhile makes `du` end with an error, but it has counted the rest.
  const printed = await run('du', ['-skcx', '--', ...folders], { maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : ''),
  );
  const total = /^(\d+)\ttotal$/m.exec(printed)?.[1];
  if (total === undefined) throw new Error(`du did not say what ${folders.join(' and ')} hold.`);
  return Number(total) / 1_024 > limitMiB;
}
