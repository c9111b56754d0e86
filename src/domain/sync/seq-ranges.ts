/** Both ends included. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}

/** Which parts of a log are here. Adding a range that is there already changes nothing. */
export class SeqRanges {
  /** In order, and never touching. */
  #ranges: readonly SeqRange[] = [];
  #gaps: readonly SeqRange[] = [];

  /** What is missing between 1 and the newest that is here, in order; the same array until it changes. */
  get gaps(): readonly SeqRange[] {
    return this.#gaps;
  }

  add({ from, to }: SeqRange): void {
    if (from > to) return;
    const touching = this.#ranges.filter((range) => range.from <= to + 1 && range.to >= from - 1);
    const others = this.#ranges.filter((range) => !touching.includes(range));
    const joined = {
      from: Math.min(from, ...touching.map((range) => range.from)),
      to: Math.max(to, ...touching.map((range) => range.to)),
    };
    this.#ranges = [...others, joined].sort((a, b) => a.from - b.from);
    const gaps = this.#ranges.flatMap((range, at): SeqRange[] => {
      const gap = { from: (this.#ranges[at - 1]?.to ?? 0) + 1, to: range.from - 1 };
      return gap.from <= gap.to ? [gap] : [];
    });
    if (JSON.stringify(gaps) !== JSON.stringify(this.#gaps)) this.#gaps = gaps;
  }
}
