import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '@/domain/errors';
import type { SandboxLimit } from '@/domain/events/session-event';
import {
  type HostCreate,
  type HostExec,
  type HostExecResult,
  type HostFiles,
  type HostStatus,
} from '@/domain/wire/sandbox-host';
import { Box, type BoxParts } from './box';
import { removeGroups } from './control-groups';
import { DiskWatch } from './disk-watch';
import { snapshotIdOf } from './disks';
import { endLeftovers } from './end-processes';
import { type ExitTeller } from './exit-teller';
import { KeyedQueue } from './keyed-queue';
import { limitsOf } from './limits';
import { lastOutput } from './output-log';
import { type SandboxRecord } from './sandbox-records';
import { KILLED } from './wall';
import { expectWritten, writeCommand } from './write-inside';

export interface PoolOptions extends BoxParts {
  teller: ExitTeller;
}

const WRITE_TIMEOUT_MS = 60_000;

/** The sandboxes of this machine. What concerns one session happens in turn. */
export class SandboxPool {
  private readonly options: PoolOptions;
  private readonly boxes = new Map<string, Box>();
  private readonly queue = new KeyedQueue();
  private readonly diskWatch: DiskWatch;
  private isClosing = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.diskWatch = new DiskWatch({
      dataDir: options.records.dataDir,
      disks: () => [...this.boxes.values()].flatMap((box) => this.watchedDisk(box)),
      onOver: (id) => this.boxes.get(id)?.endForDisk(),
      log: options.log,
    });
  }

  /** Ends what an earlier host left running and tells of every end that nobody has heard of yet. */
  async adopt(): Promise<void> {
    const { records, disks } = this.options;
    const left = await records.load();
    for (const record of left) {
      // First, since what is stopped does not end.
      await removeGroups(record.groups);
      if (record.exitCode === null) {
        await endLeftovers(record);
        record.exitCode = KILLED;
        await records.save(record);
      }
      this.boxes.set(record.id, new Box(this.options, record));
    }
    await disks.adopt(left);
  }

  /** Starts to tell of the ends that `adopt` found; apart from it, since whoever listens may need the host. */
  tellMissedExits(): void {
    for (const box of this.boxes.values()) if (!box.isRunning) this.tellExit(box);
  }

  /** Idempotent by key among running sandboxes. */
  create(spec: HostCreate): Promise<{ id: string; expiresAt: string | null }> {
    return this.queue.run(`key ${spec.key}`, () =>
      this.inTurn(spec.labels, async () => {
        const same = [...this.boxes.values()].find((box) => box.record.key === spec.key && box.isRunning);
        const box = same ?? (await this.begin(spec));
        return { id: box.record.id, expiresAt: box.expiresAt?.toISOString() ?? null };
      }),
    );
  }

  async status(id: string): Promise<HostStatus> {
    const box = this.boxes.get(id);
    if (box === undefined) return { state: 'unknown' };
    const hits = await box.limitsHit();
    const limitsHit = hits.length === 0 ? {} : { limitsHit: hits };
    const { exitCode } = box.record;
    if (exitCode === null) return { state: 'running', ...limitsHit };
    return { state: 'exited', code: exitCode, ...limitsHit };
  }

  list(labels: Record<string, string>): string[] {
    const wanted = Object.entries(labels);
    const hasAll = (box: Box) => wanted.every(([name, value]) => box.record.labels[name] === value);
    return [...this.boxes.values()].filter((box) => box.isRunning && hasAll(box)).map((box) => box.record.id);
  }

  exec({ id, argv, timeoutMs }: HostExec): Promise<HostExecResult> {
    return this.runningBox(id).run({ argv, stdin: null, timeoutMs });
  }

  /** Writes into folders of the sandbox's own, following links only within them; `bad_input` for all else. */
  async writeFiles({ id, files }: HostFiles): Promise<void> {
    const { wall } = this.options;
    const box = this.runningBox(id);
    const folders = wall.ownFolders(box.record.disk);
    const command = writeCommand(files, { node: wall.mainCommand[0] ?? 'node', folders });
    expectWritten(await box.run({ ...command, timeoutMs: WRITE_TIMEOUT_MS }));
  }

  /** The network of sandboxes is the machine's, so a port inside is a port of its loopback address. */
  expose(id: string, port: number): string {
    this.runningBox(id);
    return `http://127.0.0.1:${port}`;
  }

  /** Keeps the disk of a running sandbox, which stands still meanwhile where the kernel can do that. */
  async snapshot(id: string, keep: { ttlSeconds: number | null; timeoutMs: number }): Promise<string> {
    const box = this.runningBox(id);
    return this.inTurn(box.record.labels, () =>
      box.whilePaused(() => this.options.disks.copyLive(box.record, keep)),
    );
  }

  /** Never takes time away, and gives no end to what has none. */
  extend(id: string, until: Date): string | null {
    const box = this.runningBox(id);
    if (box.expiresAt !== null && until > box.expiresAt) box.setEnd(until);
    return box.expiresAt?.toISOString() ?? null;
  }

  /** May be repeated: the second time answers as the first. */
  async terminate(id: string, keep: boolean): Promise<string | null> {
    const labels = this.boxes.get(id)?.record.labels ?? {};
    return this.inTurn(labels, async () => {
      const { records, disks } = this.options;
      const box = this.boxes.get(id);
      if (box === undefined) {
        const kept = keep ? await records.findSnapshot(snapshotIdOf(id)) : null;
        return kept?.id ?? null;
      }
      box.isAskedToEnd = true;
      box.kill();
      await box.ended;
      const snapshot = keep ? await disks.keep(box.record) : null;
      await disks.remove(box.record);
      this.boxes.delete(id);
      return snapshot;
    });
  }

  async dropSnapshot(id: string): Promise<void> {
    await this.options.disks.drop(id);
  }

  /** Ends all of them. Their records stay as of running ones, so that the next host tells of their end. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.diskWatch.stop();
    const boxes = [...this.boxes.values()];
    boxes.forEach((box) => box.leave());
    await Promise.allSettled(boxes.map((box) => box.ended));
  }

  private inTurn<T>(labels: Record<string, string>, work: () => Promise<T>): Promise<T> {
    return this.queue.run(`session ${labels['session'] ?? ''}`, work);
  }

  private runningBox(id: string): Box {
    const box = this.boxes.get(id);
    if (box === undefined) {
      throw new AppError('sandbox_unavailable', `The sandbox ${id} is not running.`);
    }
    box.expectRunning();
    return box;
  }

  private watchedDisk({ record, limits, isRunning }: Box) {
    if (!isRunning || limits === null) return [];
    const folders = [
      this.options.disks.ownFolder(record),
      join(this.options.records.folderOf(record.id), 'tmp'),
    ];
    return [{ id: record.id, folders, limitMiB: limits.diskMiB }];
  }

  private async begin(spec: HostCreate): Promise<Box> {
    const { wall, records, disks } = this.options;
    if (this.isClosing) throw new AppError('sandbox_unavailable', 'The sandbox host is being stopped.');
    const record = recordOf(spec, wall);
    const box = new Box(this.options, record);
    await this.vacate(record.disk);
    // Written before anything runs, so that a host that comes after a crash knows what to look for.
    await records.save(record);
    try {
      await both(disks.lay(record, spec.from), box.hold(limitsOf(spec.resources)));
      await records.save(record);
      this.boxes.set(record.id, box);
      const env = { ...spec.env, ...wall.pathsOf(record.disk) };
      await box.start(env, () => this.tellExit(box));
      if (spec.lifeSeconds !== null) box.setEnd(new Date(Date.now() + spec.lifeSeconds * 1_000));
    } catch (error) {
      await this.undo(box);
      if (error instanceof AppError) throw error;
      throw new AppError('sandbox_unavailable', `The sandbox could not be made: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return box;
  }

  private async undo(box: Box): Promise<void> {
    box.isAskedToEnd = true;
    box.kill();
    await box.ended;
    this.boxes.delete(box.record.id);
    await removeGroups(box.record.groups);
    await this.options.disks.remove(box.record);
  }

  /** Where paths are stable per session, an older sandbox ends and its disk moves aside, there to be kept. */
  private async vacate(disk: string): Promise<void> {
    const { records } = this.options;
    for (const box of this.boxes.values()) {
      if (box.record.disk !== disk) continue;
      box.kill();
      await box.ended;
      const aside = join(records.folderOf(box.record.id), 'disk');
      await rename(disk, aside);
      box.record.disk = aside;
      await records.save(box.record);
    }
  }

  private tellExit(box: Box): void {
    const isNeeded = () => !box.isAskedToEnd && !box.record.isExitTold;
    void (async () => {
      const { teller, records } = this.options;
      const { id, labels, exitCode, limit } = box.record;
      const printed = await lastOutput(join(records.folderOf(id), 'output.log'));
      const said = limit === null ? printed : `${printed}${LIMIT_SENTENCES[limit]}\n`;
      const exit = { code: exitCode ?? KILLED, labels, limit, lastOutput: said };
      if (!(await teller.tell({ provider: 'local', id }, exit, isNeeded))) return;
      await this.inTurn(labels, async () => {
        box.record.isExitTold = true;
        if (this.boxes.get(id) === box) await records.save(box.record);
      });
    })().catch((error: unknown) => this.options.log(`${box.record.id}: ${messageOf(error)}`));
  }
}

/** Rejects only when neither goes on any more, so that what they made can be undone. */
async function both(...work: [Promise<void>, Promise<void>]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

const LIMIT_SENTENCES: Readonly<Record<SandboxLimit, string>> = {
  memory: 'The sandbox ran out of the memory that it may use.',
  processes: 'The sandbox ran out of the processes that it may start.',
  cpu: 'The sandbox ran out of processor time.',
  disk: 'The sandbox wrote more to its disk than it may.',
};

function recordOf(spec: HostCreate, wall: BoxParts['wall']): SandboxRecord {
  const id = `sb-${randomUUID()}`;
  const { key, labels, readOnlyFolder } = spec;
  return {
    ...{ id, key, labels, mode: wall.mode, readOnlyFolder },
    ...{ disk: wall.diskOf({ id, session: sessionOf(spec, id) }), layers: [], groups: [] },
    ...{ processes: [], exitCode: null, limit: null, limitsHit: [], isExitTold: false },
  };
}

/** Names a folder in process mode, so it has to be a name. */
function sessionOf(spec: HostCreate, id: string): string {
  const session = spec.labels['session'] ?? id;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(session)) return session;
  throw new AppError('bad_input', 'The label "session" of a sandbox has to be an id.');
}
