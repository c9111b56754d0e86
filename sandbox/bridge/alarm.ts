/** A sleep that can be cut short. One sleeper at a time. */
export class Alarm {
  #wake: (() => void) | null = null;
  #isRung = false;

  /** Ends the present sleep, or the next one before it begins. */
  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  async sleep(ms: number): Promise<void> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#isRung = false;
  }
}

/** Resolves after a time, or at once when the signal is or gets aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
