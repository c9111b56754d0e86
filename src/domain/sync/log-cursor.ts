import type { LoggedEvent } from '../events/logged-event';

/**
 * Where a client stands in a log. Events come in any order and any number of times; they leave in order,
 * each once, without a gap.
 */
export class LogCursor {
  #applied = 0;
  #head = 0;
  /** Events above a gap, by `seq`. */
  readonly #held = new Map<number, LoggedEvent>();

  /** Everything up to this `seq` is applied. */
  get applied(): number {
    return this.#applied;
  }

  /** The newest `seq` that anybody told of. */
  get head(): number {
    return this.#head;
  }

  get behind(): number {
    return this.#head - this.#applied;
  }

  startAt(seq: number): void {
    this.#applied = seq;
    this.noteHead(seq);
  }

  noteHead(seq: number): void {
    this.#head = Math.max(this.#head, seq);
  }

  /** Takes events and answers those that are due now, in order. */
  take(events: readonly LoggedEvent[]): LoggedEvent[] {
    for (const logged of events) {
      this.noteHead(logged.seq);
      if (logged.seq > this.#applied) this.#held.set(logged.seq, logged);
    }
    const due: LoggedEvent[] = [];
    for (;;) {
      const next = this.#held.get(this.#applied + 1);
      if (!next) return due;
      this.#held.delete(next.seq);
      this.#applied = next.seq;
      due.push(next);
    }
  }
}
