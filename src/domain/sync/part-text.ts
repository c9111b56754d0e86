import type { Delta } from '../wire/bridge';

/** The text of one part while it is written, put together from deltas and from what the server stored. */
export class PartText {
  #text = '';
  /** A running tool's output is its newest tail: it is replaced, never appended to. */
  #isReplaced = false;
  #isOver = false;
  /** Deltas beyond a gap, by offset. */
  #ahead: Pick<Delta, 'offset' | 'text'>[] = [];

  get text(): string {
    return this.#text;
  }

  /** Whether text is missing between what is there and what came after it. */
  get hasGap(): boolean {
    return this.#ahead.length > 0;
  }

  /** The part is written no more. A replacing delta that is late could only be older than what is stored. */
  end(): void {
    this.#isOver = true;
  }

  replaceFromNowOn(): void {
    this.#isReplaced = true;
    this.#ahead = [];
  }

  /** Appends where `offset` is what is there, adds the rest where they overlap, keeps what lies beyond a gap. */
  addDelta({ offset, text }: Pick<Delta, 'offset' | 'text'>): void {
    if (this.#isReplaced) this.#text = this.#isOver ? this.#text : text;
    else if (offset > this.#text.length) this.#ahead.push({ offset, text });
    else this.#extend(offset, text);
  }

  /**
   * What the server stored is a beginning of the part: whatever of it is new here is appended. Of a tool's output
   * it is the newest, unless a delta came since it was asked for, when the text was `whenAsked`.
   */
  addStored(text: string, whenAsked: string): void {
    if (!this.#isReplaced) this.#extend(0, text);
    else if (this.#text === whenAsked) this.#text = text;
  }

  #extend(offset: number, text: string): void {
    this.#append(offset, text);
    this.#ahead.sort((a, b) => a.offset - b.offset);
    while (this.#ahead[0] && this.#ahead[0].offset <= this.#text.length) {
      const { offset: at, text: added } = this.#ahead[0];
      this.#ahead.shift();
      this.#append(at, added);
    }
  }

  #append(offset: number, text: string): void {
    if (offset + text.length > this.#text.length) this.#text += text.slice(this.#text.length - offset);
  }
}
