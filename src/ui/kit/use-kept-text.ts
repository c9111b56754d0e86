import { useCallback, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
/** What is in storage, and the only copy where a browser allows none. */
const texts = new Map<string, string>();

function read(key: string): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  let stored = '';
  try {
    stored = localStorage.getItem(key) ?? '';
  } catch {
    // A browser that keeps nothing for us still has the text for as long as the page is open.
  }
  texts.set(key, stored);
  return stored;
}

function write(key: string, text: string): void {
  texts.set(key, text);
  try {
    if (text === '') localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // As above: full or forbidden storage costs the text its next visit, not this one.
  }
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A text that outlives the page, such as a draft, under a key of this browser's storage. */
export function useKeptText(key: string): [string, (text: string) => void] {
  const text = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => '',
  );
  const setText = useCallback((next: string) => write(key, next), [key]);
  return [text, setText];
}
