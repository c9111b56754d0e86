import { type KeyboardEvent, useRef } from 'react';
import type { TimelineItem } from '@/domain/timeline/items';

interface HistoryOptions {
  items: readonly TimelineItem[];
  personId: string;
  text: string;
  setText: (text: string) => void;
}

/**
 * What one said before, with the arrow keys, newest first: up from an empty text or from the first line of a recalled
 * one, down to come back. A recalled text that was changed is a text like any other.
 */
export function useHistory({ items, personId, text, setText }: HistoryOptions) {
  /** How far back one is, and what is shown for it; null while one writes. */
  const recalled = useRef<{ steps: number; text: string } | null>(null);

  function recall(steps: number): boolean {
    const texts = textsOf(items, personId);
    const wanted = steps === 0 ? '' : texts[steps - 1];
    if (wanted === undefined) return false;
    recalled.current = steps === 0 ? null : { steps, text: wanted };
    setText(wanted);
    return true;
  }

  return function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (!isPlainArrow(event) || !isAtEdge(event)) return;
    const shown = recalled.current?.text === text ? recalled.current : null;
    if (text !== '' && !shown) return;
    const steps = (shown?.steps ?? 0) + (event.key === 'ArrowUp' ? 1 : -1);
    if (steps >= 0 && recall(steps)) event.preventDefault();
  };
}

function isPlainArrow(event: KeyboardEvent): boolean {
  const hasModifier = event.shiftKey || event.altKey || event.metaKey || event.ctrlKey;
  return ['ArrowUp', 'ArrowDown'].includes(event.key) && !hasModifier && !event.nativeEvent.isComposing;
}

/** Inside a text of several lines, the arrows move the cursor. */
function isAtEdge({ key, currentTarget }: KeyboardEvent<HTMLTextAreaElement>): boolean {
  const { selectionStart, selectionEnd, value } = currentTarget;
  const beyond = key === 'ArrowUp' ? value.slice(0, selectionStart) : value.slice(selectionEnd);
  return !beyond.includes('\n');
}

/** The texts of one's own prompts, newest first, each once. */
function textsOf(items: readonly TimelineItem[], personId: string): string[] {
  const texts = items.flatMap((item) =>
    (item.type === 'prompt' || item.type === 'steer') &&
    item.author?.type === 'user' &&
    item.author.userId === personId
      ? item.text
      : [],
  );
  return [...new Set(texts.reverse())];
}
