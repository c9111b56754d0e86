/** A text to look for, which is in the file exactly once, and what to put in its place. */
export interface BlockEdit {
  oldText: string;
  newText: string;
}

const occursOnce = (text: string, part: string): boolean => {
  const first = text.indexOf(part);
  return first >= 0 && !text.includes(part, first + 1);
};

const commonStart = (one: readonly string[], other: readonly string[]): number => {
  let count = 0;
  while (count < one.length && count < other.length && one[count] === other[count]) count += 1;
  return count;
};

/**
 * The smallest run of whole lines whose replacement turns one version of a file into the other, widened
 * until the old run is found in the file once only, as edit tools ask for. Nothing when they are equal.
 */
export const blockEdit = (
  oldLines: readonly string[],
  newLines: readonly string[],
): BlockEdit | undefined => {
  const oldFile = oldLines.join('\n');
  if (oldFile === newLines.join('\n')) return undefined;
  let start = commonStart(oldLines, newLines);
  const most = Math.min(oldLines.length, newLines.length) - start;
  let tail = Math.min(commonStart(oldLines.toReversed(), newLines.toReversed()), most);
  for (;;) {
    const oldText = oldLines.slice(start, oldLines.length - tail).join('\n');
    const newRun = newLines.slice(start, newLines.length - tail);
    const isWhole = start === 0 && tail === 0;
    // Without a line in its place, the old run's line break would stay behind.
    const isUsable = newRun.length > 0 && oldText.trim() !== '';
    if (isWhole || (isUsable && occursOnce(oldFile, oldText))) return { oldText, newText: newRun.join('\n') };
    start = Math.max(0, start - 1);
    tail = Math.max(0, tail - 1);
  }
};
