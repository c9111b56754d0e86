/** Everything that is done to a running Dispatch. The first word says to what. */
export const FAULT_KINDS = [
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
  'function frozen',
  'function killed',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Counts the faults that were really injected: one that met nothing is none. */
export class FaultTally {
  readonly #counts = new Map<FaultKind, number>();

  note(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
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
