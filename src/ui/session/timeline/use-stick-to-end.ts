import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** This close to the end counts as being there. */
const NEAR_PX = 48;

interface Stick {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Something came below what is seen. */
  hasNewBelow: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

/** Follows the end of what grows while its reader is there, and never moves a reader who is elsewhere. */
export function useStickToEnd(): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [hasNewBelow, setHasNewBelow] = useState(false);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    if (isAtEnd.current) setHasNewBelow(false);
  }, []);

  useEffect(() => {
    const grown = content.current;
    const element = scroller.current;
    if (!grown || !element) return undefined;
    let heightPx = grown.offsetHeight;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) toEnd();
      else if (grown.offsetHeight > heightPx) setHasNewBelow(true);
      heightPx = grown.offsetHeight;
    });
    // The scroller too: a composer that grows takes room from it.
    for (const watched of [grown, element]) observer.observe(watched);
    return () => observer.disconnect();
  }, [toEnd]);

  return { scroller, content, hasNewBelow, onScroll, toEnd };
}
