import { useRef, useSyncExternalStore } from 'react';
import type { SessionId } from '@/domain/ids';
import { useRealtime } from '../../live/live-provider';
import { presenceOf } from '../../live/live-presence';
import { useTRPCClient } from '../../live/trpc';

/** The server notes it at most this often. */
const TOUCH_MS = 30_000;

interface Typing {
  /** The others who are typing. */
  typingNames: readonly string[];
  /** Call it with each change of what is written: others are told, and the session is kept awake. */
  onTyped: () => void;
  /** What was written is sent. */
  onSent: () => void;
}

/** Who else is typing for a session, and that this person is. For somebody who may prompt in it. */
export function useTyping(sessionId: SessionId): Typing {
  const client = useTRPCClient();
  const presence = presenceOf(useRealtime(), sessionId);
  const touchedMs = useRef(0);
  const typing = () => presence.getView().typing;
  const typingNames = useSyncExternalStore(presence.subscribe, typing, typing);
  return {
    typingNames,
    onTyped: () => {
      presence.typed();
      if (Date.now() - touchedMs.current < TOUCH_MS) return;
      touchedMs.current = Date.now();
      // One that does not arrive is made up for by the next; whether the server is there is said elsewhere.
      client.sessions.touch.mutate({ sessionId }).catch(() => undefined);
    },
    onSent: () => presence.typingOver(),
  };
}
