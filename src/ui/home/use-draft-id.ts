import { useCallback, useSyncExternalStore } from 'react';
import { SessionId } from '@/domain/ids';

const KEY = 'dispatch:draft:session';
const listeners = new Set<() => void>();
let present: SessionId | null = null;

function renew(): void {
  present = SessionId.parse(crypto.randomUUID());
  try {
    sessionStorage.setItem(KEY, present);
  } catch {
    // A tab that may keep nothing has the id until it is closed, which is as long as its draft lives.
  }
  for (const listener of [...listeners]) listener();
}

function read(): SessionId {
  if (present === null) {
    const kept = SessionId.safeParse(stored());
    if (kept.success) present = kept.data;
    else renew();
  }
  // Either branch above has set it.
  return present as SessionId;
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    // As above.
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the server renders the form with; nothing is ever uploaded or opened under it. */
const NONE = SessionId.parse('00000000-0000-4000-8000-000000000000');

/**
 * The id that the next session will have: files are uploaded under it before the session is there, and a try that got
 * no answer is made again with it, so that it can't become two. One a tab, which outlives a reload.
 */
export function useDraftId(): { sessionId: SessionId; renew: () => void } {
  const sessionId = useSyncExternalStore(subscribe, read, () => NONE);
  return { sessionId, renew: useCallback(() => renew(), []) };
}
