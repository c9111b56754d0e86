import { Alarm } from './alarm';
import type { Scheduler } from './scheduler';

/** Whoever did nothing for this long is away from their keyboard. */
const NO_INPUT_MS = 5 * 60_000;
/** Looking at another tab for a moment is no absence. */
const HIDDEN_MS = 30_000;

/** Whether the person at a client is idle: no input for five minutes, or not seen by them for half a minute. */
export class IdleWatch {
  readonly #scheduler: Scheduler;
  readonly #onChange: () => void;
  readonly #alarm: Alarm;
  #inputMs: number;
  #hiddenMs: number | null = null;
  #isIdle = false;

  constructor(scheduler: Scheduler, onChange: () => void) {
    this.#scheduler = scheduler;
    this.#onChange = onChange;
    this.#alarm = new Alarm(scheduler);
    this.#inputMs = scheduler.now();
    this.#look();
  }

  get isIdle(): boolean {
    return this.#isIdle;
  }

  /** There was input just now. Cheap, so that it may be called for every move of a pointer. */
  active(): void {
    this.#inputMs = this.#scheduler.now();
    if (this.#isIdle) this.#look();
  }

  setVisible(isVisible: boolean): void {
    const wasHidden = this.#hiddenMs !== null;
    if (isVisible !== wasHidden) return;
    this.#hiddenMs = isVisible ? null : this.#scheduler.now();
    // Whoever comes back to a tab is there.
    if (isVisible) this.#inputMs = this.#scheduler.now();
    this.#look();
  }

  stop(): void {
    this.#alarm.clear();
  }

  #look(): void {
    const nowMs = this.#scheduler.now();
    const fromMs = Math.min(this.#inputMs + NO_INPUT_MS, (this.#hiddenMs ?? Infinity) + HIDDEN_MS);
    const leftMs = fromMs - nowMs;
    const isIdle = leftMs <= 0;
    // Input moves the moment on without touching the alarm, which looks again when it goes off.
    if (!isIdle) this.#alarm.set(leftMs, () => this.#look());
    if (isIdle === this.#isIdle) return;
    this.#isIdle = isIdle;
    this.#onChange();
  }
}
