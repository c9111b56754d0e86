import { useEffect, useEffectEvent, useRef } from 'react';
import type { SessionId } from '@/domain/ids';
import type { SessionState } from '@/domain/session/state';
import { tellRead } from './read-marks';
import { useTRPCClient } from './trpc';

/** Marks of one session go out this often at most. */
const EVERY_MS = 2_000;

/**
 * Marks a session as read while its screen is looked at: when it comes up, and whenever something happened that changes
 * what can be decided in it (a turn ended, the agent asks, somebody said something). Live text is no such thing, so it
 * costs no call. `seq` is the event up to which the screen shows the log.
 */
export function useMarkRead(sessionId: SessionId, seq: number, state: SessionState): void {
  const client = useTRPCClient();
  const marked = useRef({ seq: 0, at: 0 });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const mark = useEffectEvent(() => {
    timer.current = undefined;
    if (document.visibilityState !== 'visible' || seq <= marked.current.seq) return;
    marked.current = { seq, at: Date.now() };
    tellRead({ sessionId, seq });
    client.sessions.markRead.mutate({ sessionId, seq }).catch(() => {
      // Said again with the next thing that happens; until then the list shows one line too many as new.
      marked.current = { ...marked.current, seq: 0 };
    });
  });

  useEffect(() => {
    const soon = () => {
      timer.current ??= setTimeout(mark, Math.max(0, marked.current.at + EVERY_MS - Date.now()));
    };
    soon();
    // A tab that was in the background has been read only once it is looked at.
    document.addEventListener('visibilitychange', soon);
    return () => document.removeEventListener('visibilitychange', soon);
  }, [sessionId, state]);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      mark();
    },
    [sessionId],
  );
}
