/** Large enough that a session of ten thousand events has a few dozen entries in each. */
const BUCKETS = 256;

/**
 * A map that never changes: `with` gives another one that shares all but the touched buckets with it. Adding to a
 * large one thus costs the same as adding to a small one.
 */
export class BucketMap<V> {
  readonly #buckets: readonly ReadonlyMap<string, V>[];
  readonly size: number;

  private constructor(buckets: readonly ReadonlyMap<string, V>[], size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  static empty<V>(): BucketMap<V> {
    return new BucketMap(new Array<ReadonlyMap<string, V>>(BUCKETS).fill(new Map()), 0);
  }

  get(key: string): V | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  /** The map with these entries added or replaced. */
  with(entries: Iterable<readonly [string, V]>): BucketMap<V> {
    const buckets = [...this.#buckets];
    const fresh = new Map<number, Map<string, V>>();
    let { size } = this;
    for (const [key, value] of entries) {
      const at = bucketOf(key);
      const bucket = fresh.get(at) ?? new Map(buckets[at]);
      if (!bucket.has(key)) size += 1;
      bucket.set(key, value);
      fresh.set(at, bucket);
      buckets[at] = bucket;
    }
    return new BucketMap(buckets, size);
  }

  *[Symbol.iterator](): IterableIterator<[string, V]> {
    for (const bucket of this.#buckets) yield* bucket;
  }

  /** Much faster than iterating, which matters to whoever looks through all of it. */
  forEach(look: (value: V, key: string) => void): void {
    for (const bucket of this.#buckets) bucket.forEach(look);
  }
}

function bucketOf(key: string): number {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
