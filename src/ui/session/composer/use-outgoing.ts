import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { SessionId } from '@/domain/ids';
import type { TimelineItem } from '@/domain/timeline/items';
import { browserScheduler } from '../../live/browser-scheduler';
import { refusalOf } from '../../live/failure';
import { useMe } from '../../live/live-provider';
import { useTRPCClient } from '../../live/trpc';
import { keptSpeech } from './kept-speech';
import { Outbox, type Outgoing, type Speech } from './outbox';
import { sayVia } from './say-via';

export interface OutgoingSpeech {
  /** What the log does not have yet, oldest first. */
  items: readonly Outgoing[];
  say: (speech: Speech) => void;
  queueInstead: Outbox['queueInstead'];
  drop: Outbox['drop'];
}

const NOTHING: readonly Outgoing[] = [];

/** What was said in this session from this browser and is not in its log yet. It is sent until it arrived. */
export function useOutgoing(sessionId: SessionId, logged: readonly TimelineItem[]): OutgoingSpeech {
  const client = useTRPCClient();
  const personId = useMe().person.id;
  const outbox = useMemo(
    () =>
      new Outbox({
        deliver: sayVia(client, sessionId),
        refusalIn: (error) => refusalOf(error)?.message ?? null,
        newId: () => crypto.randomUUID(),
        scheduler: browserScheduler,
        kept: typeof localStorage === 'undefined' ? NOTHING_KEPT : keptSpeech({ sessionId, personId }),
      }),
    [client, sessionId, personId],
  );
  const all = useSyncExternalStore(outbox.subscribe, outbox.getItems, () => NOTHING);
  const items = useMemo(() => {
    if (all.length === 0) return all;
    const ids = new Set(logged.map(({ id }) => id));
    return all.filter(({ promptId }) => !ids.has(`prompt:${promptId}`) && !ids.has(`steer:${promptId}`));
  }, [all, logged]);
  useForgetting(outbox, all, items);
  useEffect(() => {
    window.addEventListener('online', outbox.wake);
    return () => window.removeEventListener('online', outbox.wake);
  }, [outbox]);
  const { say, queueInstead, drop } = outbox;
  return { items, say, queueInstead, drop };
}

/** What the log has is the log's to show: the outbox of this browser lets go of it. */
function useForgetting(outbox: Outbox, all: readonly Outgoing[], shown: readonly Outgoing[]): void {
  useEffect(() => {
    for (const item of all) if (!shown.includes(item)) outbox.drop(item.promptId);
  }, [outbox, all, shown]);
}

/** The server renders nothing that is on its way: it has no storage of anybody's. */
const NOTHING_KEPT = { read: () => [], write: () => undefined, remove: () => undefined };
