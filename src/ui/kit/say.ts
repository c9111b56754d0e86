import { useSyncExternalStore } from 'react';

/** Long enough to be read twice. */
const SHOWN_MS = 5_000;

const listeners = new Set<() => void>();
let words = '';
let timer: ReturnType<typeof setTimeout> | undefined;

function set(next: string): void {
  words = next;
  for (const listener of [...listeners]) listener();
}

/** Tells the person, for some seconds and to screen readers, what came of something that they just did. */
export function say(text: string): void {
  clearTimeout(timer);
  set(text);
  timer = setTimeout(() => set(''), SHOWN_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was said last; empty when there is nothing to show. */
export function useSaid(): string {
  return useSyncExternalStore(
    subscribe,
    () => words,
    () => '',
  );
}
