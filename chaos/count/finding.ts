/** What may never happen, whatever else does. */
export const COUNTERS = ['lost', 'doubled', 'rerun', 'unfinished', 'diverged', 'stuck'] as const;
export type Counter = (typeof COUNTERS)[number];

/** One time that it happened all the same, in words. */
export interface Finding {
  counter: Counter;
  session: string;
  what: string;
}

export function countFindings(findings: readonly Finding[]): Record<Counter, number> {
  const counts = { lost: 0, doubled: 0, rerun: 0, unfinished: 0, diverged: 0, stuck: 0 };
  for (const { counter } of findings) counts[counter] += 1;
  return counts;
}

/** Gathers what was found out about one session. */
export class Findings {
  readonly all: Finding[] = [];
  readonly #session: string;

  constructor(session: string) {
    this.#session = session;
  }

  add(counter: Counter, what: string): void {
    this.all.push({ counter, session: this.#session, what });
  }

  /** One for each that is there more than once. */
  twice(counter: Counter, names: readonly string[]): void {
    const seen = new Set<string>();
    for (const name of names) {
      if (seen.has(name)) this.add(counter, name);
      seen.add(name);
    }
  }
}
