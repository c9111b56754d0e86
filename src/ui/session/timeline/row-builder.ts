import type { PartId } from '@/domain/ids';
import type { SeqRange } from '@/domain/sync/seq-ranges';
import type { TimelineItem, ToolItem } from '@/domain/timeline/items';
import type { GroupKind, Row } from './row';

interface Shown {
  items: readonly TimelineItem[];
  /** What is missing between the items, in order. */
  gaps: readonly SeqRange[];
}

interface Segment {
  items: readonly TimelineItem[];
  rows: readonly Row[];
}

const GROUPS: Readonly<Record<string, GroupKind>> = {
  read: 'look',
  list: 'look',
  glob: 'look',
  grep: 'look',
  edit: 'change',
  multiedit: 'change',
  patch: 'change',
  write: 'change',
};

/**
 * Makes the rows of the items. From change to change it keeps the rows of every stretch between two prompts in which
 * nothing changed, so a long past costs next to nothing.
 */
export class RowBuilder {
  #segments = new Map<string, Segment>();

  rows({ items, gaps }: Shown): Row[] {
    const segments = new Map<string, Segment>();
    const rows: Row[] = [];
    let gapAt = 0;
    for (const [from, to] of stretches(items, gaps)) {
      const first = items[from];
      if (!first) continue;
      for (let gap = gaps[gapAt]; gap && gap.from <= first.seq; gap = gaps[(gapAt += 1)])
        rows.push(gapRow(gap));
      const segment = this.#segment(first.id, items, [from, to]);
      segments.set(first.id, segment);
      rows.push(...segment.rows);
    }
    rows.push(...gaps.slice(gapAt).map(gapRow));
    this.#segments = segments;
    return rows;
  }

  #segment(key: string, items: readonly TimelineItem[], [from, to]: readonly [number, number]): Segment {
    const before = this.#segments.get(key);
    const isSame =
      before?.items.length === to - from && before.items.every((item, at) => item === items[from + at]);
    if (isSame) return before;
    const own = items.slice(from, to);
    return { items: own, rows: keptFrom(before?.rows ?? [], nested(own)) };
  }
}

/** Where the items are cut: before each prompt, and where something is missing between two of them. */
function stretches(items: readonly TimelineItem[], gaps: readonly SeqRange[]): [number, number][] {
  const cuts: number[] = [];
  let gapAt = 0;
  for (const [at, { type, seq }] of items.entries()) {
    let isAfterGap = false;
    for (let gap = gaps[gapAt]; gap && gap.from <= seq; gap = gaps[(gapAt += 1)]) isAfterGap = true;
    if (at === 0 || type === 'prompt' || isAfterGap) cuts.push(at);
  }
  return cuts.map((from, at) => [from, cuts[at + 1] ?? items.length]);
}

/** A gap that has become smaller is another one: what stood at its place is found by its events, not by its name. */
function gapRow(gap: SeqRange): Row {
  return { type: 'gap', key: `gap:${gap.from}-${gap.to}`, seq: gap.from, gap };
}

/** The rows of one stretch: what a sub-agent did is inside of the call that started it. */
function nested(items: readonly TimelineItem[]): Row[] {
  const calls = new Set(items.flatMap((item) => (item.type === 'tool' ? item.partId : [])));
  const children = new Map<PartId | null, TimelineItem[]>();
  for (const item of items.filter(isShown)) {
    const parent = 'parentPartId' in item ? item.parentPartId : null;
    const known = parent !== null && calls.has(parent) ? parent : null;
    const siblings = children.get(known) ?? [];
    children.set(known, siblings);
    siblings.push(item);
  }
  const rowsUnder = (parent: PartId | null): Row[] =>
    grouped(children.get(parent) ?? [], (item) => {
      const placed = { key: item.id, seq: item.seq };
      const hasChildren = item.type === 'tool' && children.has(item.partId);
      return hasChildren
        ? { type: 'task', ...placed, item, children: rowsUnder(item.partId) }
        : { type: 'item', ...placed, item };
    });
  return rowsUnder(null);
}

/** Whether there is anything to see of it. */
function isShown(item: TimelineItem): boolean {
  switch (item.type) {
    case 'text':
      return item.text === null || item.text.trim() !== '';
    case 'turn':
      return item.outcome !== null || item.retrying !== null || item.compactions > 0;
    case 'tool':
      // The list that it wrote is an item of its own.
      return item.tool !== 'todowrite' || item.status !== 'completed';
    case 'todo':
      return item.todos.length > 0;
    default:
      return true;
  }
}

/** Puts calls of one kind that follow one another on one line, but for those that went wrong or made files. */
function grouped(items: readonly TimelineItem[], rowOf: (item: TimelineItem) => Row): Row[] {
  const rows: Row[] = [];
  for (const item of items) {
    const row = rowOf(item);
    const last = rows.at(-1);
    const kind = groupOf(row);
    if (item.type !== 'tool' || kind === null || last === undefined || groupOf(last) !== kind) rows.push(row);
    else rows[rows.length - 1] = joined(last, item, kind);
  }
  return rows;
}

function groupOf(row: Row): GroupKind | null {
  if (row.type === 'group') return row.kind;
  if (row.type !== 'item' || row.item.type !== 'tool') return null;
  const { tool, status, attachments } = row.item;
  return status === 'error' || attachments.length > 0 ? null : (GROUPS[tool] ?? null);
}

function joined(row: Row, item: ToolItem, kind: GroupKind): Row {
  const before =
    row.type === 'group' ? row.items : row.type === 'item' && row.item.type === 'tool' ? [row.item] : [];
  return { type: 'group', key: row.key, seq: row.seq, kind, items: [...before, item] };
}

/** The rows, each as the object that it was before where it says the same. */
function keptFrom(before: readonly Row[], rows: Row[]): Row[] {
  const known = new Map(before.map((row) => [row.key, row]));
  return rows.map((row) => {
    const same = known.get(row.key);
    if (!same || same.type !== row.type) return row;
    const next = row.type === 'task' && same.type === 'task' ? withKeptChildren(same, row) : row;
    return isSameRow(same, next) ? same : next;
  });
}

function withKeptChildren(
  before: Extract<Row, { type: 'task' }>,
  row: Extract<Row, { type: 'task' }>,
): Extract<Row, { type: 'task' }> {
  const children = keptFrom(before.children, [...row.children]);
  return { ...row, children: isSameList(before.children, children) ? before.children : children };
}

function isSameRow(a: Row, b: Row): boolean {
  if (a.type === 'item') return b.type === 'item' && a.item === b.item;
  if (a.type === 'group') return b.type === 'group' && isSameList(a.items, b.items);
  if (a.type === 'task') return b.type === 'task' && a.item === b.item && a.children === b.children;
  return b.type === 'gap' && a.gap.from === b.gap.from && a.gap.to === b.gap.to;
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
