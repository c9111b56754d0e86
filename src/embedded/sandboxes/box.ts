import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '@/domain/errors';
import type { SandboxLimit } from '@/domain/events/session-event';
import { type HostExecResult } from '@/domain/wire/sandbox-host';
import { type ControlGroup, type ControlGroups, removeGroups } from './control-groups';
import { type Disks } from './disks';
import { type Limits } from './limits';
import { logOutput } from './output-log';
import { resultOf } from './run-command';
import { type SandboxRecord, type SandboxRecords } from './sandbox-records';
import { KILLED, type RunningProcess, type StartProcess, type Wall } from './wall';

/** What sandboxes are made with. */
export interface BoxParts {
  wall: Wall;
  records: SandboxRecords;
  disks: Disks;
  groups: ControlGroups;
  log: (line: string) => void;
}

/** How its end is told when the host itself brings it about. */
interface Verdict {
  code: number;
  limit: SandboxLimit | null;
}

/** A command to be run inside. */
export interface BoxCommand {
  argv: string[];
  stdin: string | null;
  timeoutMs: number;
}

/** How long the log of a sandbox that ended may hold up the news of it. */
const LOG_DRAIN_MS = 500;
/** As `timeout` of coreutils says it. */
const LIFE_OVER: Verdict = { code: 124, limit: null };
const DISK_OVER: Verdict = { code: KILLED, limit: 'disk' };
/** Longer ones overflow. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** One sandbox: its processes, its limits and its end. */
export class Box {
  readonly record: SandboxRecord;
  /** Resolves when all its processes are gone and, unless the disk refuses, its record says so. */
  ended: Promise<void> = Promise.resolve();
  isAskedToEnd = false;
  limits: Limits | null = null;
  private readonly parts: BoxParts;
  private readonly commands = new Set<Promise<RunningProcess>>();
  private group: ControlGroup | null = null;
  /** Null for one that an earlier host ran, before its start and once its main process is gone. */
  private running: RunningProcess | null = null;
  private verdict: Verdict | null = null;
  private isLeft = false;
  private end: { at: Date; timer: NodeJS.Timeout } | null = null;

  constructor(parts: BoxParts, record: SandboxRecord) {
    this.parts = parts;
    this.record = record;
  }

  get isRunning(): boolean {
    return this.record.exitCode === null;
  }

  /** When the host will end it; null for never. */
  get expiresAt(): Date | null {
    return this.end?.at ?? null;
  }

  /** Makes what will hold its processes to its limits. */
  async hold(limits: Limits): Promise<void> {
    this.limits = limits;
    this.group = await this.parts.groups.open(this.record.id, limits);
    this.record.groups = this.group.folders;
  }

  /** Starts the main process. `onEnd` hears when it has ended, unless the host left it. */
  async start(env: Record<string, string>, onEnd: () => void): Promise<void> {
    const { records, wall } = this.parts;
    const running = await this.spawn({ argv: wall.mainCommand, env, stdin: null, isMain: true });
    this.running = running;
    // It may have been left while it was being started.
    if (this.isLeft) running.kill();
    this.record.processes = running.identities;
    const logPath = join(records.folderOf(this.record.id), 'output.log');
    const logged = logOutput([running.stdout, running.stderr], logPath);
    this.ended = this.untilEnded(running, logged).then((isOurs) => {
      if (isOurs) onEnd();
    });
    await records.save(this.record);
  }

  /** Runs beside the main process: the same files and network; under bubblewrap its own view of processes. */
  async run({ argv, stdin, timeoutMs }: BoxCommand): Promise<HostExecResult> {
    this.expectRunning();
    const env = { ...this.parts.wall.pathsOf(this.record.disk) };
    const started = this.spawn({ argv, env, stdin, isMain: false });
    this.commands.add(started);
    try {
      return await resultOf(await started, timeoutMs);
    } finally {
      this.commands.delete(started);
    }
  }

  /** Does something while its processes stand still, where the kernel can stop them. */
  whilePaused<T>(work: () => Promise<T>): Promise<T> {
    this.expectRunning();
    return this.group === null ? work() : this.group.whilePaused(work);
  }

  /** Asks for the end of all its processes; `ended` says when it came. */
  kill(): void {
    this.running?.kill();
    for (const command of this.commands) {
      // A command that could not be started is told to whoever wanted it.
      void command.then(
        (running) => running.kill(),
        () => undefined,
      );
    }
  }

  /** Ends it without writing that down, for the next host to tell of. */
  leave(): void {
    this.isLeft = true;
    this.kill();
  }

  endForDisk(): void {
    this.endAs(DISK_OVER);
  }

  /** Moves its end; null takes it away. */
  setEnd(at: Date | null): void {
    clearTimeout(this.end?.timer);
    this.end = null;
    if (at === null) return;
    const leftMs = at.getTime() - Date.now();
    const onTime = () => (leftMs > LONGEST_TIMER_MS ? this.setEnd(at) : this.endAs(LIFE_OVER));
    const timer = setTimeout(onTime, Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS)).unref();
    this.end = { at, timer };
  }

  /** Limits that it ran into so far. */
  async limitsHit(): Promise<SandboxLimit[]> {
    return this.running === null || this.group === null ? this.record.limitsHit : this.group.hits();
  }

  expectRunning(): void {
    if (this.isRunning && this.running !== null) return;
    throw new AppError('sandbox_unavailable', `The sandbox ${this.record.id} is not running.`);
  }

  private endAs(verdict: Verdict): void {
    if (this.running === null) return;
    this.verdict ??= verdict;
    this.kill();
  }

  private spawn(command: Pick<StartProcess, 'argv' | 'env' | 'stdin' | 'isMain'>): Promise<RunningProcess> {
    const { id, disk, readOnlyFolder, groups } = this.record;
    const scratch = this.parts.records.folderOf(id);
    return this.parts.wall.start({ ...command, disk, scratch, readOnlyFolder, groups });
  }

  /** Says whether its end is this host's to tell. */
  private async untilEnded(running: RunningProcess, logged: Promise<void>): Promise<boolean> {
    const { records, log } = this.parts;
    const code = await running.ended;
    this.setEnd(null);
    const limitsHit = (await this.group?.hits()) ?? [];
    this.running = null;
    await this.endCommands();
    await Promise.race([logged, delay(LOG_DRAIN_MS)]);
    await this.cleanUp();
    if (this.isLeft) return false;
    const { verdict } = this;
    const limit = verdict === null ? limitBehind(code, limitsHit) : verdict.limit;
    const all = limit === null || limitsHit.includes(limit) ? limitsHit : [...limitsHit, limit];
    Object.assign(this.record, { exitCode: verdict?.code ?? code, limit, limitsHit: all });
    try {
      await records.save(this.record);
    } catch (error) {
      // It is over all the same, and a host that finds it as running ends it again.
      log(`${this.record.id}: its end was not written: ${messageOf(error)}`);
    }
    return true;
  }

  /** Those that are just being started too, or they would write to a disk that is being put away. */
  private async endCommands(): Promise<void> {
    const ends = [...this.commands].map(async (started) => {
      const running = await started;
      running.kill();
      await running.ended;
    });
    // A command that could not be started is told to whoever wanted it.
    await Promise.allSettled(ends);
  }

  private async cleanUp(): Promise<void> {
    try {
      await removeGroups(this.record.groups);
      await this.parts.disks.release(this.record);
    } catch (error) {
      // Whoever keeps or removes the disk tries again, and so does the next host.
      this.parts.log(`${this.record.id}: something of it was left: ${messageOf(error)}`);
    }
  }
}

/** The kernel does not say what a process died of; these ends are what the limits look like from outside. */
function limitBehind(code: number, hits: readonly SandboxLimit[]): SandboxLimit | null {
  if (code === KILLED) return hits.includes('memory') ? 'memory' : null;
  return code !== 0 && hits.includes('processes') ? 'processes' : null;
}
