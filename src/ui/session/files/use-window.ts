import { type RefObject, useEffect, useState } from 'react';

/** Lines that are drawn beyond what is seen, above and below. */
const AHEAD = 20;
const UNMEASURED = 60;

interface Window {
  from: number;
  to: number;
}

/** Which of many lines of one height are near to what is seen of a scroller. */
export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  { count, rowPx }: { count: number; rowPx: number },
): Window {
  const [window, setWindow] = useState<Window>({ from: 0, to: UNMEASURED });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => {
      const from = Math.max(0, Math.floor(element.scrollTop / rowPx) - AHEAD);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / rowPx) + AHEAD;
      // A step of a few lines changes nothing, so that scrolling seldom draws.
      setWindow((before) => (isNear(before.from, from) && isNear(before.to, to) ? before : { from, to }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [scroller, rowPx]);
  return { from: Math.min(window.from, count), to: Math.min(window.to, count) };
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < AHEAD / 2;
}

/** Brings a line of a scroller into view, when it is not. */
export function revealRow(element: HTMLElement | null, at: number, rowPx: number): void {
  if (!element) return;
  const top = at * rowPx;
  if (top < element.scrollTop) element.scrollTop = top;
  const bottom = top + rowPx - element.clientHeight;
  if (bottom > element.scrollTop) element.scrollTop = bottom;
}
