import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningProcess, Wall } from '@/embedded/sandboxes/wall';
import { BARE, StandInExec } from './stand-in-exec';
import type { StandInImages } from './stand-in-images';
import {
  type CreateRequest,
  type ExecStartRequest,
  RESULT,
  type SandboxResult,
  type SecretSource,
} from './wire';

/** How the next exit snapshots come about. */
export interface ExitSnapshots {
  /** They are made when this resolves. */
  release: Promise<void>;
  isFailing: boolean;
}

export interface SandboxWorld {
  wall: Wall;
  images: StandInImages;
  folder: string;
  exitSnapshots: () => ExitSnapshots;
}

type ExitSnapshot = { state: 'pending' } | { state: 'made'; imageId: string } | { state: 'failed' };

function environmentOf(sources: SecretSource[]): Record<string, string> {
  return Object.assign({}, ...sources.map(({ env }) => env?.contents ?? {})) as Record<string, string>;
}

/** One sandbox with real processes. It is there from its creation on, though its processes come a moment later. */
export class StandInSandbox {
  readonly id = `sb-${randomUUID()}`;
  readonly taskId = `ta-${randomUUID()}`;
  readonly createdAtSeconds = Date.now() / 1_000;
  readonly request: CreateRequest;
  /** Resolves when all its processes are gone. */
  readonly ended: Promise<void>;
  /** Resolves when the exit snapshot is made, or has failed. */
  readonly kept: Promise<void>;
  result: SandboxResult | null = null;
  exitSnapshot: ExitSnapshot = { state: 'pending' };
  readonly #world: SandboxWorld;
  readonly #disk: string;
  readonly #scratch: string;
  readonly #started: Promise<RunningProcess>;
  readonly #execs = new Map<string, Promise<StandInExec>>();
  #endStatus: number | null = null;

  constructor(world: SandboxWorld, request: CreateRequest) {
    this.#world = world;
    this.request = request;
    this.#disk = world.wall.diskOf({ id: this.id, session: this.tags['session'] ?? this.id });
    this.#scratch = join(world.folder, 'scratch', this.id);
    this.#started = this.#start();
    const aside = join(this.#scratch, 'disk');
    this.ended = this.#watch(aside);
    // Not a part of the end: that the processes are gone is known before the snapshot is there.
    this.kept = this.ended.then(() => this.#keepDisk(aside));
  }

  get tags(): Record<string, string> {
    return Object.fromEntries(this.request.tags.map(({ tagName, tagValue }) => [tagName, tagValue]));
  }

  get isRunning(): boolean {
    return this.result === null;
  }

  async untilStarted(): Promise<void> {
    await this.#started;
  }

  /** Ends it with all its processes; `ended` says when they are gone. May be repeated. */
  async end(status: number): Promise<void> {
    this.#endStatus ??= status;
    (await this.#started).kill();
  }

  /** The same id again is the same command. */
  exec({ execId, commandArgs, secretSources, timeoutSecs }: ExecStartRequest): Promise<StandInExec> {
    const known = this.#execs.get(execId);
    if (known !== undefined) return known;
    // Only what the caller sends: whether Modal adds the sandbox's own variables is not written anywhere.
    const env = environmentOf(secretSources);
    const place = { wall: this.#world.wall, disk: this.#disk, scratch: this.#scratch };
    const spec = { execId, argv: commandArgs, env, timeoutSeconds: timeoutSecs ?? null };
    const started = this.#started.then(() => StandInExec.start(place, spec));
    this.#execs.set(execId, started);
    return started;
  }

  findExec(execId: string): Promise<StandInExec> | undefined {
    return this.#execs.get(execId);
  }

  snapshot(ttlSeconds: number | null): Promise<string> {
    return this.#world.images.copy(this.#disk, ttlSeconds);
  }

  async #start(): Promise<RunningProcess> {
    const { wall, images } = this.#world;
    const { definition, secretSources } = this.request;
    await images.unpack(definition.imageId, this.#disk);
    await mkdir(this.#scratch, { recursive: true });
    const isWalled = wall.mode === 'bwrap';
    const sent = environmentOf(secretSources);
    // Without a wall there is no /opt/dispatch and no /workspace.
    const argv = isWalled ? definition.entrypointArgs : wall.mainCommand;
    const env = isWalled ? sent : { ...sent, ...wall.pathsOf(this.#disk) };
    const start = { disk: this.#disk, scratch: this.#scratch, argv, env, ...BARE, isMain: true };
    const running = await wall.start(start);
    running.stdout.resume();
    running.stderr.resume();
    return running;
  }

  async #watch(aside: string): Promise<void> {
    const running = await this.#started;
    const seconds = this.request.definition.timeoutSecs;
    const lifetime = setTimeout(() => void this.end(RESULT.timeout), Math.min(seconds * 1_000, 2 ** 31 - 1));
    const code = await running.ended.finally(() => clearTimeout(lifetime));
    for (const exec of this.#execs.values()) (await exec).kill();
    // Out of the way of the next life, which may be at the same place.
    await rename(this.#disk, aside);
    const own = code === 0 ? RESULT.success : RESULT.failure;
    this.result = { status: this.#endStatus ?? own, exitcode: code };
  }

  async #keepDisk(disk: string): Promise<void> {
    if (this.request.definition.experimentalOptionsV2['enable_exit_snapshot'] !== 'true') return;
    const { release, isFailing } = this.#world.exitSnapshots();
    await release;
    this.exitSnapshot = isFailing
      ? { state: 'failed' }
      : { state: 'made', imageId: await this.#world.images.take(disk) };
  }
}
