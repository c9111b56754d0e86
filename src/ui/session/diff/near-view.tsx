'use client';

import {
  type ComponentProps,
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';

/** How far from what is seen something is drawn already, above and below. */
const AHEAD = '1200px 0px';

/** Tells parts of a scroller when they come near to what is seen of it, and when they leave. */
class NearWatch {
  readonly #observer: IntersectionObserver;
  readonly #listeners = new Map<Element, (isNear: boolean) => void>();

  constructor(root: Element) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) this.#listeners.get(target)?.(isIntersecting);
      },
      { root, rootMargin: AHEAD },
    );
  }

  watch(element: Element, listener: (isNear: boolean) => void): () => void {
    this.#listeners.set(element, listener);
    this.#observer.observe(element);
    return () => {
      this.#listeners.delete(element);
      this.#observer.unobserve(element);
    };
  }

  close(): void {
    this.#observer.disconnect();
  }
}

const NearContext = createContext<NearWatch | null>(null);

/** A scroller whose `LazyChunk`s are drawn as far as they are near. */
export function NearView({ children, ...rest }: Omit<ComponentProps<'div'>, 'ref'>) {
  const [watch, setWatch] = useState<NearWatch | null>(null);
  const attach = useCallback((element: HTMLDivElement) => {
    const opened = new NearWatch(element);
    setWatch(opened);
    return () => opened.close();
  }, []);
  return (
    <div ref={attach} {...rest}>
      <NearContext value={watch}>{children}</NearContext>
    </div>
  );
}

/**
 * Something long that is drawn only while it is near to what is seen; else its place is kept. `heightPx` is a guess,
 * for as long as it was never drawn.
 */
export function LazyChunk({
  heightPx,
  isForced = false,
  children,
}: {
  heightPx: number;
  /** Drawn wherever it is, since something wants to go to it. */
  isForced?: boolean;
  children: () => ReactNode;
}) {
  const watch = use(NearContext);
  const element = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  const [lastHeightPx, setLastHeightPx] = useState<number | null>(null);
  useEffect(() => {
    const { current } = element;
    if (!watch || !current) return undefined;
    return watch.watch(current, (isNow) => {
      // In a panel that is hidden nothing has a height: it stays as it was until it is seen again.
      if (!isNow && current.offsetParent === null) return;
      if (!isNow) setLastHeightPx(current.offsetHeight);
      setIsNear(isNow);
    });
  }, [watch]);
  return (
    <div ref={element} style={isNear || isForced ? undefined : { height: lastHeightPx ?? heightPx }}>
      {(isNear || isForced) && children()}
    </div>
  );
}
