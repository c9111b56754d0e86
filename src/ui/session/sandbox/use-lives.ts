import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SessionId } from '@/domain/ids';
import { parseLoggedEvent } from '@/domain/events/logged-event';
import type { SandboxItem } from '@/domain/timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import type { LiveView } from '../../live/live-session';
import { useTRPCClient } from '../../live/trpc';

/** The lives of the session's sandboxes, the newest first, and what the session came to; followed as it goes on. */
export function useLives(sessionId: SessionId, { items, session, timeline }: LiveView) {
  const client = useTRPCClient();
  const ended = items.findLast((item) => item.type === 'turn' && item.outcome !== null)?.id ?? null;
  const { epoch } = session.sandbox;
  const query = useQuery({
    // Read again when a turn has ended or another sandbox was asked for.
    queryKey: ['sandbox-life', sessionId, ended, epoch],
    queryFn: () => client.events.ofSandbox.query({ sessionId }),
    placeholderData: (before) => before,
  });
  const { data } = query;
  const lives = useMemo(() => {
    const live = items.flatMap(({ id, type }) =>
      type === 'sandbox' ? (timeline.entries.get(id)?.events ?? []) : [],
    );
    const all = addEvents(addEvents(EMPTY_TIMELINE, data?.events.map(parseLoggedEvent) ?? []), live);
    return itemsOf(all)
      .filter((item): item is SandboxItem => item.type === 'sandbox')
      .sort((a, b) => b.epoch - a.epoch);
  }, [data, items, timeline]);
  return { lives, figures: data?.figures ?? null, query };
}
