import type { Scheduler } from './scheduler';

/** One thing to do later: setting it again replaces what was set. */
export class Alarm {
  readonly #scheduler: Scheduler;
  #due: number | null = null;
  #cancel: () => void = () => undefined;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** When it goes off, on the scheduler's clock; null while it is not set. */
  get dueMs(): number | null {
    return this.#due;
  }

  set(delayMs: number, run: () => void): void {
    this.#cancel();
    this.#due = this.#scheduler.now() + delayMs;
    this.#cancel = this.#scheduler.after(delayMs, () => {
      this.#due = null;
      run();
    });
  }

  /** Sets it unless it goes off at least as soon already. */
  setBy(delayMs: number, run: () => void): void {
    if (this.#due === null || this.#due > this.#scheduler.now() + delayMs) this.set(delayMs, run);
  }

  clear(): void {
    this.#cancel();
    this.#due = null;
  }
}
