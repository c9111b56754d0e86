import type { SeqRange } from '@/domain/sync/seq-ranges';
import type { TimelineItem } from '@/domain/timeline/items';
import type { Row } from './row';

/** Of one line of a step, and of one line of text; pixels. */
const STEP_PX = 23;
const LINE_PX = 21;
/** Characters on a line of text, about. */
const LINE_LENGTH = 95;
/** Name and frame around what somebody says. */
const FRAME_PX = 62;

/** An event of a log, with what is folded and nested, takes about this much. */
const EVENT_PX = 36;

/** The room that is kept for events which are not here, so that the scrollbar tells of all of them. */
export function gapHeightPx({ from, to }: SeqRange): number {
  return (to - from + 1) * EVENT_PX;
}

/** About how high a row is before anybody measured it, in pixels. The nearer, the steadier the scrollbar. */
export function estimateHeightPx(row: Row | undefined): number {
  if (row?.type === 'gap') return gapHeightPx(row.gap);
  if (row?.type !== 'item') return STEP_PX;
  return itemHeightPx(row.item);
}

function itemHeightPx(item: TimelineItem): number {
  switch (item.type) {
    case 'prompt':
    case 'steer':
    case 'comment':
      return FRAME_PX + textHeightPx(item.text);
    case 'text':
      return textHeightPx(item.text ?? '');
    case 'todo':
      return item.todos.length * (LINE_PX + 2);
    case 'session':
    case 'ask':
      return 2 * LINE_PX;
    case 'turn':
      return item.outcome === null ? LINE_PX : 30 + (item.reason ? LINE_PX : 0);
    default:
      return STEP_PX;
  }
}

/** Lines that are broken by the text itself, and those that are too long. */
function textHeightPx(text: string): number {
  const lines = text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE_LENGTH)), 0);
  return Math.max(1, lines) * LINE_PX;
}
