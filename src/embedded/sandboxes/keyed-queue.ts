/** Runs what belongs to one key one after the other, in the order in which it was asked for. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const turn = (async () => {
      // Whoever asked for the work before hears of its failure.
      await before?.catch(() => undefined);
      return work();
    })();
    this.last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.last.get(key) === turn) this.last.delete(key);
    }
  }
}
