import { useEffect, useSyncExternalStore } from 'react';
import type { SessionId } from '@/domain/ids';
import type { PresenceSnapshot } from '@/domain/sync/session-presence';
import { useRealtime } from '../../live/live-provider';
import { presenceOf } from '../../live/live-presence';

/** Makes this tab one that is in the session, for as long as its screen is there. */
export function useJoin(sessionId: SessionId, accessVersion: number): void {
  const presence = presenceOf(useRealtime(), sessionId);
  useEffect(() => presence.start(), [presence]);
  useEffect(() => presence.follow(accessVersion), [presence, accessVersion]);
}

/** Who is in the session now. */
export function usePresence(sessionId: SessionId): PresenceSnapshot {
  const presence = presenceOf(useRealtime(), sessionId);
  return useSyncExternalStore(presence.subscribe, presence.getView, presence.getView);
}
