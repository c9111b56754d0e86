import { useState, useSyncExternalStore } from 'react';
import { useRealtime } from '../live/live-provider';
import { LiveSession, type LiveView, type OpenedPage } from '../live/live-session';
import { useTRPCClient } from '../live/trpc';

/** Follows a session for as long as its screen is there. */
export function useLiveSession(page: OpenedPage): { view: LiveView; session: LiveSession } {
  const client = useTRPCClient();
  const realtime = useRealtime();
  const [session] = useState(() => new LiveSession({ page, client, realtime }));
  const view = useSyncExternalStore(session.subscribe, session.getView, session.getView);
  return { view, session };
}
