import { type RefObject, useRef } from 'react';
import { useKeys } from '../kit/use-keys';

/** Moves through the rows with `j` and `k`; `c` goes to the new prompt. Enter is the link's own. */
export function useRowKeys(prompt: RefObject<HTMLTextAreaElement | null>): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  const move = (by: 1 | -1) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
    rows[next]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1), c: () => prompt.current?.focus() });
  return list;
}
