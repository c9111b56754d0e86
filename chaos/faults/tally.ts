/** Faults that are done to processes, clocks and disks, one at a time. */
export const PROCESS_FAULTS = [
  'kill bridge',
  'kill agent',
  'kill sandbox',
  'kill app',
  'kill realtime',
  'kill postgres',
  'kill cli',
  'kill projector',
  'freeze bridge',
  'freeze agent',
  'freeze app',
  'freeze realtime',
  'freeze postgres',
  'clock app',
  'clock bridge',
  'disk full',
  'sockets cut',
] as const;
export type ProcessFault = (typeof PROCESS_FAULTS)[number];

/** Those of the network: of requests, of what is published, and of messages on their way to a client. */
export const NETWORK_FAULTS = [
  'request lost',
  'request doubled',
  'request delayed',
  'requests reordered',
  'answer lost',
  'answer cut',
  'answer never',
  'answered 429',
  'answered 500',
  'answered 413',
  'publish lost',
  'publish doubled',
  'publish delayed',
  'message lost',
  'message doubled',
  'message delayed',
  'messages reordered',
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** Those of a platform that runs the app as many short-lived processes. */
export const FUNCTION_FAULTS = ['function frozen', 'function killed'] as const;

/** Everything that is done to a running Dispatch. */
export const FAULT_KINDS = [...PROCESS_FAULTS, ...NETWORK_FAULTS, ...FUNCTION_FAULTS] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Counts the faults that were really injected: one that met nothing is none. */
export class FaultTally {
  readonly #counts = new Map<FaultKind, number>();

  note(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  count(kind: FaultKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** The kinds that happened, in the order of the list above. */
  counts(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(
      FAULT_KINDS.flatMap((kind) => {
        const count = this.#counts.get(kind);
        return count === undefined ? [] : [[kind, count]];
      }),
    );
  }

  add(counts: Partial<Record<FaultKind, number>>): void {
    for (const kind of FAULT_KINDS) {
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + (counts[kind] ?? 0));
      if (this.#counts.get(kind) === 0) this.#counts.delete(kind);
    }
  }
}
