import { pairLines, type LinePair } from './pair-lines';
import type { DiffLine } from './parse-hunks';
import { markWords, type Segment } from './word-marks';

/** The lines of a block as both views show them, with marks inside of lines made as lines are drawn. */
export class BlockContent {
  readonly lines: readonly DiffLine[];
  readonly pairs: readonly LinePair[];
  readonly #partners = new Map<DiffLine, DiffLine>();
  readonly #marks = new Map<DiffLine, Segment[] | null>();

  constructor(lines: readonly DiffLine[]) {
    this.lines = lines;
    this.pairs = pairLines(lines);
    for (const { left, right } of this.pairs) {
      if (left && right && left !== right) this.#partners.set(left, right).set(right, left);
    }
  }

  /** The parts of a line that the line in whose place it is, or that is in its place, has otherwise; else null. */
  segmentsOf(line: DiffLine): Segment[] | null {
    const known = this.#marks.get(line);
    if (known !== undefined) return known;
    const partner = this.#partners.get(line);
    if (!partner) return null;
    const [before, after] = line.type === 'removed' ? [line, partner] : [partner, line];
    const marks = markWords(before.text, after.text);
    this.#marks.set(before, marks?.before ?? null).set(after, marks?.after ?? null);
    return this.#marks.get(line) ?? null;
  }
}
