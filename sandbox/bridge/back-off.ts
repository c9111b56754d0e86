/** Doubling delays with jitter, so that many bridges do not come back in the same instant. */
export class BackOff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #failures = 0;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** The next delay in milliseconds, between half and all of the doubled one. */
  next(): number {
    const full = Math.min(this.#firstMs * 2 ** this.#failures, this.#longestMs);
    this.#failures += 1;
    return full * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
