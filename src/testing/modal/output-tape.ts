import type { Readable } from 'node:stream';

/** Bytes of one message; Modal's own are of this order. */
const PIECE_BYTES = 64 * 1024;

/** All that a process printed, for readers that come late and go on from where they broke off. */
export class OutputTape {
  readonly #chunks: Buffer[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;
  #news: Promise<void> = Promise.resolve();

  constructor(stream: Readable) {
    this.#await();
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#tell();
    });
    stream.once('close', () => this.end());
  }

  /** Readers come to their end, whatever may hold the stream open. */
  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  async *readFrom(offset: number): AsyncGenerator<Buffer> {
    for (let at = offset; ;) {
      const news = this.#news;
      const rest = Buffer.concat(this.#chunks).subarray(at);
      for (let sent = 0; sent < rest.length; sent += PIECE_BYTES)
        yield rest.subarray(sent, sent + PIECE_BYTES);
      at += rest.length;
      if (rest.length > 0) continue;
      if (this.#isOver) return;
      await news;
    }
  }

  #tell(): void {
    this.#wake();
    this.#await();
  }

  #await(): void {
    this.#news = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
