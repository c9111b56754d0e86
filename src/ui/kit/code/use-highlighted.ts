import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { CodeToken } from './code-token';
import type * as Highlight from './highlight';

type Highlighter = typeof Highlight;

/** Longer code is shown without colours: highlighting it would hold up the page. */
const MAX_LENGTH = 40_000;
/** How many pieces of code are remembered with their colours, for when they come into view again. */
const MAX_KEPT = 200;

const listeners = new Set<() => void>();
const kept = new Map<string, readonly CodeToken[] | null>();
let highlighter: Highlighter | null = null;
let loading: Promise<void> | null = null;

/** Loads the highlighter once. Without it code stays readable, so a failure is tried again with the next code. */
function load(): void {
  loading ??= import('./highlight').then(
    (loaded) => {
      highlighter = loaded;
      for (const listener of [...listeners]) listener();
    },
    () => {
      loading = null;
    },
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function highlighted(
  code: string,
  language: string,
  { highlight }: Highlighter,
): readonly CodeToken[] | null {
  const key = `${language}\n${code}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const tokens = highlight(code, language);
  const [oldest] = kept.keys();
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, tokens);
  return tokens;
}

/**
 * Code with its colours; null until the highlighter is there, for a language that it does not know (null is one), and
 * for very long code. The highlighter is loaded with the first code that wants it.
 */
export function useHighlighted(code: string, language: string | null): readonly CodeToken[] | null {
  const isWanted = language !== null && code.length <= MAX_LENGTH;
  const loaded = useSyncExternalStore(
    subscribe,
    () => highlighter,
    () => null,
  );
  useEffect(() => {
    if (isWanted) load();
  }, [isWanted]);
  return useMemo(
    () => (isWanted && loaded ? highlighted(code, language, loaded) : null),
    [isWanted, loaded, code, language],
  );
}
