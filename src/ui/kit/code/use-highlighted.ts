import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { CodeToken } from './code-token';
import type * as Highlight from './highlight';

type Highlighter = typeof Highlight;

/** Longer code is shown without colours: highlighting it would hold up the page. */
const MAX_LENGTH = 40_000;
/** How many pieces of code are remembered with their colours, for when they come into view again. */
const MAX_KEPT = 200;

const listeners = new Set<() => void>();
const kept = new Map<string, readonly CodeToken[]>();
/** Languages that are ready, or that have no grammar. */
const prepared = new Set<string>();
const preparing = new Set<string>();
let highlighter: Highlighter | null = null;
let revision = 0;

/** Loads the highlighter and a grammar once. Without them code stays readable, so a failure is tried with the next. */
async function prepare(language: string): Promise<void> {
  if (prepared.has(language) || preparing.has(language)) return;
  preparing.add(language);
  try {
    highlighter ??= await import('./highlight');
    await highlighter.prepare(language);
    prepared.add(language);
    revision += 1;
    for (const listener of [...listeners]) listener();
  } finally {
    preparing.delete(language);
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function highlighted(code: string, language: string): readonly CodeToken[] | null {
  const key = `${language}\n${code}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const tokens = highlighter?.highlight(code, language) ?? null;
  if (tokens === null) return null;
  const [oldest] = kept.keys();
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, tokens);
  return tokens;
}

/**
 * Code with its colours; null until the highlighter is there, for a language that it does not know (null is one), and
 * for very long code. The highlighter and each grammar are loaded with the first code that wants them.
 */
export function useHighlighted(code: string, language: string | null): readonly CodeToken[] | null {
  const wanted = code.length <= MAX_LENGTH ? language : null;
  // A grammar that came makes this another number.
  const loaded = useSyncExternalStore(
    subscribe,
    () => revision,
    () => 0,
  );
  useEffect(() => {
    // The network is away: the code is shown without colours.
    if (wanted !== null) prepare(wanted).catch(() => undefined);
  }, [wanted]);
  return useMemo(
    () => (wanted === null || loaded === 0 ? null : highlighted(code, wanted)),
    [wanted, loaded, code],
  );
}
