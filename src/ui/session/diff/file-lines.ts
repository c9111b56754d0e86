import { pairLines, type LinePair } from './pair-lines';
import { type DiffLine, type Hunk, parseHunks } from './parse-hunks';
import { markWords, type Segment } from './word-marks';

/** A hunk as both views show it. */
export interface ShownHunk extends Hunk {
  pairs: LinePair[];
}

/** What an opened file shows, with marks inside of lines made as lines are drawn. */
export class FileLines {
  readonly hunks: ShownHunk[];
  /** Every line ends with CR LF, so that this is no news of any. */
  readonly isCrLf: boolean;
  readonly #partners = new Map<DiffLine, DiffLine>();
  readonly #marks = new WeakMap<DiffLine, Segment[] | null>();

  constructor(section: string) {
    this.hunks = parseHunks(section).map((hunk) => ({ ...hunk, pairs: pairLines(hunk.lines) }));
    const lines = this.hunks.flatMap((hunk) => hunk.lines);
    this.isCrLf = lines.length > 0 && lines.every(({ text }) => text.endsWith('\r'));
    for (const { left, right } of this.hunks.flatMap((hunk) => hunk.pairs)) {
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
    this.#marks.set(before, marks?.before ?? null);
    this.#marks.set(after, marks?.after ?? null);
    return this.#marks.get(line) ?? null;
  }
}
