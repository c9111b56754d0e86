import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttachedTerminal } from '../clients/attached-terminal';
import type { Projector } from '../clients/projector';
import { signal } from '../world/processes';
import type { SandboxPart } from '../world/sandboxes';
import type { World } from '../world/world';
import type { PlannedFault } from './process-faults';
import type { FaultTally } from './tally';

export interface Victims {
  sessions: readonly { id: string; terminal: AttachedTerminal | null; projector: Projector }[];
}

const TRIES = 4;
const TRY_AGAIN_MS = 300;
/** What met nothing for long has another turn then, so that each kind is met once at least. */
const LATER_MS = 3_000;

/** Does to a world what was planned, and undoes what ends. */
export class Injector {
  readonly #world: World;
  readonly #victims: Victims;
  readonly #tally: FaultTally;
  readonly #undoing = new Set<() => void>();

  constructor(world: World, victims: Victims, tally: FaultTally) {
    this.#world = world;
    this.#victims = victims;
    this.#tally = tally;
  }

  /** Runs a plan to its end, or until the signal. */
  async run(plan: readonly PlannedFault[], stopped: AbortSignal): Promise<void> {
    const startedMs = Date.now();
    const left = [...plan];
    for (const fault of left) {
      const waitMs = startedMs + fault.atMs - Date.now();
      if (waitMs > 0) await delay(waitMs, undefined, { signal: stopped }).catch(() => undefined); // checked below
      if (stopped.aborted) return;
      if (await this.#injectSoon(fault, stopped)) this.#tally.note(fault.kind);
      else left.push({ ...fault, atMs: fault.atMs + LATER_MS });
    }
  }

  /** What meets nothing now (no agent runs just yet, say) is tried again a little later. */
  async #injectSoon(fault: PlannedFault, stopped: AbortSignal): Promise<boolean> {
    for (let tries = 0; tries < TRIES && !stopped.aborted; tries += 1) {
      if (await this.#inject(fault)) return true;
      await delay(TRY_AGAIN_MS);
    }
    return false;
  }

  /** Ends what still lasts. */
  heal(): void {
    for (const undo of [...this.#undoing]) undo();
  }

  /** Whether it met anything. */
  async #inject(fault: PlannedFault): Promise<boolean> {
    const [verb, whom] = fault.kind.split(' ');
    switch (verb) {
      case 'kill':
        return this.#kill(whom ?? '', fault);
      case 'freeze':
        return this.#freeze(await this.#pids(whom ?? '', fault), fault.forMs);
      case 'clock':
        return this.#shiftClock(whom ?? '', fault);
      case 'disk':
        return this.#fillDisk(fault.forMs);
      default:
        return this.#cut(fault.forMs);
    }
  }

  async #kill(whom: string, fault: PlannedFault): Promise<boolean> {
    const session = this.#session(fault);
    if (whom === 'projector') {
      session?.projector.crash();
      return session !== undefined;
    }
    if (whom === 'cli') {
      const terminals = this.#victims.sessions.flatMap(({ terminal }) => terminal?.pid ?? []);
      return signal(terminals.slice(0, 1), 'SIGKILL') > 0;
    }
    const pids = await this.#pids(whom, fault);
    // Postgres' children end when their parent is gone, a moment later; or all go at once.
    const isAll = whom !== 'postgres' || fault.session % 2 === 0;
    return signal(isAll ? pids : pids.slice(0, 1), 'SIGKILL') > 0;
  }

  async #pids(whom: string, fault: PlannedFault): Promise<number[]> {
    const { app, realtime, database } = this.#world;
    switch (whom) {
      case 'app':
        return app.pids();
      case 'realtime':
        return realtime.pid === undefined ? [] : [realtime.pid];
      case 'postgres':
        return database.pids();
      default:
        return this.#sandboxPids(whom, fault);
    }
  }

  /** Of the first session, beginning with the chosen one, that has such a process just now. */
  #sandboxPids(whom: string, fault: PlannedFault): number[] {
    const part: SandboxPart = whom === 'sandbox' ? 'supervisor' : whom === 'bridge' ? 'bridge' : 'agent';
    const { sessions } = this.#victims;
    for (let step = 0; step < sessions.length; step += 1) {
      const session = sessions[(fault.session + step) % sessions.length];
      const pids = session ? this.#world.sandboxes.pids(session.id, part) : [];
      if (pids.length > 0) return pids;
    }
    return [];
  }

  #session({ session }: PlannedFault): Victims['sessions'][number] | undefined {
    const { sessions } = this.#victims;
    return sessions[session % sessions.length];
  }

  #freeze(pids: readonly number[], forMs: number): boolean {
    if (signal(pids, 'SIGSTOP') === 0) return false;
    this.#undoLater(forMs, () => void signal(pids, 'SIGCONT'));
    return true;
  }

  #shiftClock(whose: string, fault: PlannedFault): boolean {
    const { clockFiles } = this.#world;
    const file = whose === 'app' ? clockFiles.app : clockFiles.bridge(this.#session(fault)?.id ?? '');
    writeFileSync(file, String(Math.round(fault.shiftMs)));
    return true;
  }

  /** Until nothing more goes onto the disk of all sandboxes; where they have no small one of their own, not at all. */
  #fillDisk(forMs: number): boolean {
    const { folder, hasSmallDisk } = this.#world.sandboxes;
    if (!hasSmallDisk) return false;
    const filler = join(folder, 'filler');
    const file = openSync(filler, 'w');
    try {
      for (const block of [1_048_576, 4_096]) {
        const bytes = Buffer.alloc(block);
        try {
          for (;;) writeSync(file, bytes);
        } catch {
          // That no more fits is what was wanted.
        }
      }
    } finally {
      closeSync(file);
    }
    this.#undoLater(forMs, () => rmSync(filler, { force: true }));
    return true;
  }

  #cut(forMs: number): boolean {
    const { realtimeProxy } = this.#world;
    realtimeProxy.isRefusing = true;
    this.#undoLater(forMs, () => (realtimeProxy.isRefusing = false));
    return realtimeProxy.cut() > 0;
  }

  #undoLater(ms: number, undo: () => void): void {
    const once = (): void => {
      clearTimeout(timer);
      this.#undoing.delete(once);
      undo();
    };
    const timer = setTimeout(once, ms);
    this.#undoing.add(once);
  }
}
