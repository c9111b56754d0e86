/** A queue with one reader that can wait for the next item. */
export class Inbox<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | null = null;

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** The next item, or `null` when none came in time. */
  async next(timeoutMs: number): Promise<T | null> {
    if (this.#items.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    return this.#items.shift() ?? null;
  }
}
