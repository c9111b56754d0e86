import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = 0;

/** One clock for the whole page, that runs while somebody looks at it. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const heard of [...listeners]) heard();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function roundedTo(stepMs: number): number {
  if (nowMs === 0) nowMs = Date.now();
  return Math.floor(nowMs / stepMs) * stepMs;
}

/** The time in steps of `stepMs`; null while the server renders, which knows neither the viewer's clock nor zone. */
export function useNow(stepMs: number): number | null {
  return useSyncExternalStore<number | null>(
    subscribe,
    () => roundedTo(stepMs),
    () => null,
  );
}
