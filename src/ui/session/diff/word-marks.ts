import { diffWordsWithSpace } from 'diff';

/** A stretch of a line: `isMarked` where the other line has something else. */
export interface Segment {
  text: string;
  isMarked: boolean;
}

export interface WordMarks {
  before: Segment[];
  after: Segment[];
}

/** Comparing words of longer lines takes longer than anybody looks at them. */
const MAX_LENGTH = 1_000;
/** With less in common, marks would be everywhere and say nothing. */
const MIN_COMMON = 0.25;

/** What differs between a line and the one that took its place, by words; null when marks would not help. */
export function markWords(before: string, after: string): WordMarks | null {
  if (before === after || before.length > MAX_LENGTH || after.length > MAX_LENGTH) return null;
  const marks: WordMarks = { before: [], after: [] };
  let common = 0;
  for (const { value, added, removed } of diffWordsWithSpace(before, after)) {
    if (!added && !removed) common += value.trim().length;
    if (!added) append(marks.before, { text: value, isMarked: removed });
    if (!removed) append(marks.after, { text: value, isMarked: added });
  }
  const longer = Math.max(before.trim().length, after.trim().length);
  return common < longer * MIN_COMMON ? null : marks;
}

/** Marks that only a space keeps apart are one. */
function append(segments: Segment[], next: Segment): void {
  const [last, beforeLast] = [segments.at(-1), segments.at(-2)];
  if (last?.isMarked === next.isMarked) {
    last.text += next.text;
  } else if (next.isMarked && last && beforeLast?.isMarked === true && /^ +$/.test(last.text)) {
    segments.pop();
    beforeLast.text += last.text + next.text;
  } else {
    segments.push({ ...next });
  }
}
