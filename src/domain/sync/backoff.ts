export interface BackoffSteps {
  firstMs: number;
  factor: number;
  maxMs: number;
}

/** Growing waits between attempts, half of each by chance, so that clients don't come back all at once. */
export class Backoff {
  readonly #steps: BackoffSteps;
  readonly #random: () => number;
  #stepMs: number;

  constructor(steps: BackoffSteps, random: () => number) {
    this.#steps = steps;
    this.#random = random;
    this.#stepMs = steps.firstMs;
  }

  /** How long to wait before the next attempt. */
  nextMs(): number {
    const stepMs = this.#stepMs;
    this.#stepMs = Math.min(stepMs * this.#steps.factor, this.#steps.maxMs);
    return stepMs * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#stepMs = this.#steps.firstMs;
  }
}
