import type { ErrorCode } from '../errors';

/**
 * The truth about a stream, for its state line. `live`: connected and complete as far as anybody knows.
 * `polling`: complete, without a live connection, so what is new shows some seconds late.
 */
export type SyncState =
  | { kind: 'live' }
  | { kind: 'catching-up'; behind: number }
  | { kind: 'polling'; sinceMs: number }
  | { kind: 'offline'; sinceMs: number }
  | { kind: 'refused'; code: ErrorCode; message: string };

export interface SyncFacts {
  refusal: { code: ErrorCode; message: string } | null;
  /** When asking the server began to fail; null while it works. */
  failingSinceMs: number | null;
  /** When the live subscription was last lost, or first wanted; null while it is there. */
  unsubscribedSinceMs: number | null;
  /** Whether the log was listed since the subscription was last made. */
  isListed: boolean;
  isOpen: boolean;
  behind: number;
}

/** What those facts come to. */
export function syncState(facts: SyncFacts): SyncState {
  const { refusal, failingSinceMs, unsubscribedSinceMs, behind } = facts;
  if (refusal) return { kind: 'refused', code: refusal.code, message: refusal.message };
  if (failingSinceMs !== null) {
    return { kind: 'offline', sinceMs: Math.min(failingSinceMs, unsubscribedSinceMs ?? failingSinceMs) };
  }
  if (!facts.isOpen || behind > 0 || (unsubscribedSinceMs === null && !facts.isListed)) {
    return { kind: 'catching-up', behind };
  }
  return unsubscribedSinceMs === null ? { kind: 'live' } : { kind: 'polling', sinceMs: unsubscribedSinceMs };
}

export function isSameState(a: SyncState, b: SyncState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
