/** The last published event of each cache channel, kept whether or not anyone is subscribed. */
export class CacheStore {
  readonly #ttlMs: number;
  readonly #frames = new Map<string, { frame: string; expiry: NodeJS.Timeout }>();
  readonly #missed = new Set<string>();

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  get(channel: string): string | undefined {
    return this.#frames.get(channel)?.frame;
  }

  set(channel: string, frame: string): void {
    this.#missed.delete(channel);
    clearTimeout(this.#frames.get(channel)?.expiry);
    const expiry = setTimeout(() => this.#frames.delete(channel), this.#ttlMs).unref();
    this.#frames.set(channel, { frame, expiry });
  }

  /** Notes a miss; true for the first one since the channel last had an event or was last vacated. */
  isFirstMiss(channel: string): boolean {
    if (this.#missed.has(channel)) return false;
    this.#missed.add(channel);
    return true;
  }

  /** The channel has no subscribers left, so that the next miss is news again. */
  vacated(channel: string): void {
    this.#missed.delete(channel);
  }

  close(): void {
    for (const { expiry } of this.#frames.values()) clearTimeout(expiry);
  }
}
