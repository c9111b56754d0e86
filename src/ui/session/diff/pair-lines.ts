import type { DiffLine } from './parse-hunks';

/** An old line and the new one that took its place; one of them is null where there is no other. */
export interface LinePair {
  left: DiffLine | null;
  right: DiffLine | null;
}

/** In larger blocks lines are paired one after the other: comparing each with each would take too long. */
const MAX_COMPARED = 40;

/** Lines side by side: context with itself, and what was taken away with what most likely took its place. */
export function pairLines(lines: readonly DiffLine[]): LinePair[] {
  const pairs: LinePair[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (line?.type === 'context') {
      pairs.push({ left: line, right: line });
      at += 1;
      continue;
    }
    const removed = runOf(lines, at, 'removed');
    const added = runOf(lines, at + removed.length, 'added');
    for (const pair of pairBlock(removed, added)) pairs.push(pair);
    at += removed.length + added.length;
  }
  return pairs;
}

function runOf(lines: readonly DiffLine[], from: number, type: DiffLine['type']): DiffLine[] {
  let end = from;
  while (lines[end]?.type === type) end += 1;
  return lines.slice(from, end);
}

function pairBlock(removed: readonly DiffLine[], added: readonly DiffLine[]): LinePair[] {
  const isSmall = removed.length <= MAX_COMPARED && added.length <= MAX_COMPARED;
  if (removed.length === added.length || !isSmall) return pairInOrder(removed, added);
  return align(removed, added);
}

function pairInOrder(removed: readonly DiffLine[], added: readonly DiffLine[]): LinePair[] {
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, at) => ({
    left: removed[at] ?? null,
    right: added[at] ?? null,
  }));
}

/** Pairs in order such that the sum of likenesses is the greatest; what is like nothing stands alone. */
function align(removed: readonly DiffLine[], added: readonly DiffLine[]): LinePair[] {
  const best = likenessTable(removed, added);
  const pairs: LinePair[] = [];
  let [i, j] = [0, 0];
  while (i < removed.length || j < added.length) {
    const [left, right] = [removed[i] ?? null, added[j] ?? null];
    const here = at(best, i, j);
    if (left && right && here === at(best, i + 1, j + 1) + likeness(left.text, right.text)) {
      pairs.push({ left, right });
      i += 1;
      j += 1;
    } else if (left && here === at(best, i + 1, j)) {
      pairs.push({ left, right: null });
      i += 1;
    } else {
      pairs.push({ left: null, right });
      j += 1;
    }
  }
  return pairs;
}

/** The greatest sum of likenesses that the rest of both lists allows, from each pair of places on. */
function likenessTable(removed: readonly DiffLine[], added: readonly DiffLine[]): number[][] {
  const best = Array.from({ length: removed.length + 1 }, () =>
    Array.from({ length: added.length + 1 }, () => 0),
  );
  for (let i = removed.length - 1; i >= 0; i -= 1) {
    for (let j = added.length - 1; j >= 0; j -= 1) {
      const paired = at(best, i + 1, j + 1) + likeness(removed[i]?.text ?? '', added[j]?.text ?? '');
      const row = best[i];
      if (row) row[j] = Math.max(paired, at(best, i + 1, j), at(best, i, j + 1));
    }
  }
  return best;
}

function at(table: readonly number[][], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

/** From 0 to 1: how much of the longer text both begin and end with alike. Spaces at the ends count for nothing. */
function likeness(a: string, b: string): number {
  const [one, other] = [a.trim(), b.trim()];
  const shorter = Math.min(one.length, other.length);
  const longer = Math.max(one.length, other.length);
  if (shorter === 0) return 0;
  let begin = 0;
  while (begin < shorter && one[begin] === other[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const share = (begin + end) / longer;
  return share < 0.3 ? 0 : share;
}
