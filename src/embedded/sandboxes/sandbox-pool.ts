import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '@/domain/errors';
import {
  type HostCreate,
  type HostExec,
  type HostExecResult,
  type HostStatus,
} from '@/domain/wire/sandbox-host';
import { rename } from 'node:fs/promises';
import { endLeftovers } from './end-processes';
import { type ExitTeller } from './exit-teller';
import { KeyedQueue } from './keyed-queue';
import { lastOutput, logOutput } from './output-log';
import { resultOf } from './run-command';
import { type SandboxRecord, type SandboxRecords } from './sandbox-records';
import { fillDisk, keepDisk, snapshotIdOf } from './snapshots';
import { KILLED, type RunningProcess, type Wall } from './wall';

interface Box {
  record: SandboxRecord;
  /** Null for one that an earlier host ran. */
  running: RunningProcess | null;
  commands: Set<RunningProcess>;
  isAskedToEnd: boolean;
  /** Resolves when all its processes are gone and, unless the disk refuses, its record says so. */
  ended: Promise<void>;
}

export interface PoolOptions {
  wall: Wall;
  records: SandboxRecords;
  teller: ExitTeller;
  log: (line: string) => void;
}

/** How long the log of a sandbox that ended may hold up the news of it. */
const LOG_DRAIN_MS = 500;

/** The sandboxes of this machine. What concerns one session happens in turn. */
export class SandboxPool {
  private readonly options: PoolOptions;
  private readonly boxes = new Map<string, Box>();
  private readonly queue = new KeyedQueue();
  private isClosing = false;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  /** Ends what an earlier host left running and tells of every end that nobody has heard of yet. */
  async adopt(): Promise<void> {
    const { records } = this.options;
    for (const record of await records.load()) {
      if (record.exitCode === null) {
        await endLeftovers(record);
        record.exitCode = KILLED;
        await records.save(record);
      }
      const box = { record, running: null, commands: new Set<RunningProcess>(), isAskedToEnd: false };
      this.boxes.set(record.id, { ...box, ended: Promise.resolve() });
    }
  }

  /** Starts to tell of the ends that `adopt` found; apart from it, since whoever listens may need the host. */
  tellMissedExits(): void {
    for (const box of this.boxes.values()) if (box.record.exitCode !== null) this.tellExit(box);
  }

  /** Idempotent by key among running sandboxes. */
  create(spec: HostCreate): Promise<string> {
    return this.queue.run(`key ${spec.key}`, () =>
      this.inTurn(spec.labels, async () => {
        const same = [...this.boxes.values()].find((box) => box.record.key === spec.key && isRunning(box));
        return same?.record.id ?? (await this.begin(spec));
      }),
    );
  }

  status(id: string): HostStatus {
    const code = this.boxes.get(id)?.record.exitCode;
    if (code === undefined) return { state: 'unknown' };
    return code === null ? { state: 'running' } : { state: 'exited', code };
  }

  list(labels: Record<string, string>): string[] {
    const wanted = Object.entries(labels);
    const hasAll = (box: Box) => wanted.every(([name, value]) => box.record.labels[name] === value);
    return [...this.boxes.values()]
      .filter((box) => isRunning(box) && hasAll(box))
      .map((box) => box.record.id);
  }

  /** Runs beside the main process: the same files and network; under bubblewrap its own view of processes. */
  async exec(spec: HostExec): Promise<HostExecResult> {
    const { wall, records } = this.options;
    const box = this.boxes.get(spec.id);
    if (box === undefined || !isRunning(box)) {
      throw new AppError('sandbox_unavailable', `The sandbox ${spec.id} is not running.`);
    }
    const { disk, readOnlyFolder } = box.record;
    const scratch = records.folderOf(spec.id);
    const env = { ...wall.pathsOf(disk) };
    const running = await wall.start({ disk, scratch, argv: spec.argv, env, readOnlyFolder, isMain: false });
    box.commands.add(running);
    // It may have ended while the command was being started.
    if (!isRunning(box)) running.kill();
    return resultOf(running, spec.timeoutMs).finally(() => box.commands.delete(running));
  }

  /** May be repeated: the second time answers as the first. */
  async terminate(id: string, keep: boolean): Promise<string | null> {
    const labels = this.boxes.get(id)?.record.labels ?? {};
    return this.inTurn(labels, async () => {
      const { records, wall } = this.options;
      const box = this.boxes.get(id);
      if (box === undefined) {
        const kept = keep ? await records.findSnapshot(snapshotIdOf(id)) : null;
        return kept?.id ?? null;
      }
      box.isAskedToEnd = true;
      endProcesses(box);
      await box.ended;
      const snapshot = keep ? await keepDisk(records, wall, box.record) : null;
      await records.remove(box.record);
      this.boxes.delete(id);
      return snapshot;
    });
  }

  async dropSnapshot(id: string): Promise<void> {
    await this.options.records.dropSnapshot(id);
  }

  /** Ends all of them. Their records stay as of running ones, so that the next host tells of their end. */
  async close(): Promise<void> {
    this.isClosing = true;
    const boxes = [...this.boxes.values()];
    boxes.forEach(endProcesses);
    await Promise.allSettled(boxes.map((box) => box.ended));
  }

  private inTurn<T>(labels: Record<string, string>, work: () => Promise<T>): Promise<T> {
    return this.queue.run(`session ${labels['session'] ?? ''}`, work);
  }

  private async begin(spec: HostCreate): Promise<string> {
    const { wall, records } = this.options;
    if (this.isClosing) throw new AppError('sandbox_unavailable', 'The sandbox host is being stopped.');
    const id = `sb-${randomUUID()}`;
    const disk = wall.diskOf({ id, session: sessionOf(spec, id) });
    await this.vacate(disk);
    const { key, labels, readOnlyFolder } = spec;
    const { mode } = wall;
    const record: SandboxRecord = {
      ...{ id, key, labels, mode, disk, readOnlyFolder },
      ...{ processes: [], exitCode: null, isExitTold: false },
    };
    // Written before anything runs, so that a host that comes after a crash knows what to look for.
    await records.save(record);
    try {
      await fillDisk(records, wall, { from: spec.from, disk });
      const env = { ...spec.env, ...wall.pathsOf(disk) };
      const argv = wall.mainCommand;
      const scratch = records.folderOf(id);
      const running = await wall.start({ disk, scratch, argv, env, readOnlyFolder, isMain: true });
      record.processes = running.identities;
      this.boxes.set(id, this.watch(record, running));
      await records.save(record);
    } catch (error) {
      await this.undo(record);
      if (error instanceof AppError) throw error;
      throw new AppError('sandbox_unavailable', `The sandbox could not be made: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return id;
  }

  private async undo(record: SandboxRecord): Promise<void> {
    const box = this.boxes.get(record.id);
    if (box !== undefined) {
      box.isAskedToEnd = true;
      endProcesses(box);
      await box.ended;
      this.boxes.delete(record.id);
    }
    await this.options.records.remove(record);
  }

  /** Where paths are stable per session, an older sandbox ends and its disk moves aside, there to be kept. */
  private async vacate(disk: string): Promise<void> {
    const { records } = this.options;
    for (const box of this.boxes.values()) {
      if (box.record.disk !== disk) continue;
      endProcesses(box);
      await box.ended;
      const aside = join(records.folderOf(box.record.id), 'disk');
      await rename(disk, aside);
      box.record.disk = aside;
      await records.save(box.record);
    }
  }

  private watch(record: SandboxRecord, running: RunningProcess): Box {
    const logPath = join(this.options.records.folderOf(record.id), 'output.log');
    const logged = logOutput([running.stdout, running.stderr], logPath);
    const box: Box = { record, running, commands: new Set(), isAskedToEnd: false, ended: Promise.resolve() };
    box.ended = this.untilRecorded(box, running, logged);
    return box;
  }

  private async untilRecorded(box: Box, running: RunningProcess, logged: Promise<void>): Promise<void> {
    const code = await running.ended;
    await Promise.race([logged, delay(LOG_DRAIN_MS)]);
    if (this.isClosing) return;
    box.record.exitCode = code;
    for (const command of box.commands) command.kill();
    try {
      await this.options.records.save(box.record);
    } catch (error) {
      // It is over all the same, and a host that finds it as running ends it again.
      this.options.log(`${box.record.id}: its end was not written: ${messageOf(error)}`);
    }
    this.tellExit(box);
  }

  private tellExit(box: Box): void {
    const isNeeded = () => !box.isAskedToEnd && !box.record.isExitTold;
    void (async () => {
      const { teller, records } = this.options;
      const { id, labels, exitCode } = box.record;
      const printed = await lastOutput(join(records.folderOf(id), 'output.log'));
      const exit = { code: exitCode ?? KILLED, labels, lastOutput: printed };
      if (!(await teller.tell({ provider: 'local', id }, exit, isNeeded))) return;
      await this.inTurn(labels, async () => {
        box.record.isExitTold = true;
        if (this.boxes.get(id) === box) await records.save(box.record);
      });
    })().catch((error: unknown) => this.options.log(`${box.record.id}: ${messageOf(error)}`));
  }
}

function isRunning(box: Box): boolean {
  return box.record.exitCode === null;
}

function endProcesses(box: Box): void {
  if (!isRunning(box)) return;
  box.running?.kill();
  for (const command of box.commands) command.kill();
}

/** Names a folder in process mode, so it has to be a name. */
function sessionOf(spec: HostCreate, id: string): string {
  const session = spec.labels['session'] ?? id;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(session)) return session;
  throw new AppError('bad_input', 'The label "session" of a sandbox has to be an id.');
}
