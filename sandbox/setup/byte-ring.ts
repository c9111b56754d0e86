/** The last bytes of a stream, in memory of a fixed size. */
export class ByteRing {
  readonly #bytes: Buffer;
  /** Of the whole stream. */
  total = 0;

  constructor(sizeBytes: number) {
    this.#bytes = Buffer.alloc(sizeBytes);
  }

  /** How many bytes of the stream are not kept any more. */
  get lost(): number {
    return Math.max(0, this.total - this.#bytes.length);
  }

  add(chunk: Buffer): void {
    const size = this.#bytes.length;
    const kept = chunk.subarray(Math.max(0, chunk.length - size));
    const at = (this.total + chunk.length - kept.length) % size;
    const copied = kept.copy(this.#bytes, at);
    kept.copy(this.#bytes, 0, copied);
    this.total += chunk.length;
  }

  read(): Buffer {
    if (this.lost === 0) return Buffer.from(this.#bytes.subarray(0, this.total));
    const at = this.total % this.#bytes.length;
    return Buffer.concat([this.#bytes.subarray(at), this.#bytes.subarray(0, at)]);
  }
}
