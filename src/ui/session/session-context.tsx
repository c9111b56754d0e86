import { createContext, type ReactNode, use, useCallback, useMemo, useSyncExternalStore } from 'react';
import type { CommentPlace } from '@/domain/events/collaboration';
import type { PartId, SessionId } from '@/domain/ids';
import type { LiveSession } from '../live/live-session';
import type { SessionCommands } from './use-commands';

interface SessionOnScreen {
  sessionId: SessionId;
  live: LiveSession;
  commands: SessionCommands;
  /** One takes part here, and does not only watch. */
  canPrompt: boolean;
  /** Asks for a comment on a line, or on the session. */
  comment: (on: CommentPlace | null) => void;
}

const SessionContext = createContext<SessionOnScreen | null>(null);

/** Gives what is on a session's screen the session itself. It changes seldom: what happens is asked of `live`. */
export function SessionProvider({
  sessionId,
  live,
  commands,
  canPrompt,
  comment,
  children,
}: SessionOnScreen & { children: ReactNode }) {
  const value = useMemo(
    () => ({ sessionId, live, commands, canPrompt, comment }),
    [sessionId, live, commands, canPrompt, comment],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}

/** The session on whose screen this is. */
export function useSession(): SessionOnScreen {
  const session = use(SessionContext);
  if (!session) throw new Error('This component belongs on the screen of a session.');
  return session;
}

/**
 * The text of a part while it is written, or as far as it came. Whoever asks is drawn again with each change of this
 * text, and with nothing else's.
 */
export function useLiveText(partId: PartId): string | undefined {
  const { live } = useSession();
  const subscribe = useCallback(
    (listener: () => void) => live.subscribeText(partId, listener),
    [live, partId],
  );
  const read = () => live.textOf(partId);
  return useSyncExternalStore(subscribe, read, read);
}
