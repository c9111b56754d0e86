import { useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { say } from '../../kit/say';
import type { LiveView } from '../../live/live-session';
import { useSession } from '../session-context';
import { findLinked, type LinkedPlace, seqOfHash } from './linked-event';
import type { Row } from './row';
import type { TimelineVirtualizer } from './use-timeline-scroll';

function subscribe(listener: () => void): () => void {
  for (const event of ['hashchange', 'popstate']) window.addEventListener(event, listener);
  return () => {
    for (const event of ['hashchange', 'popstate']) window.removeEventListener(event, listener);
  };
}

/** Loads, scrolls to and answers the event that the page's address names; null when it names none. */
export function useLinkedEvent(
  view: Pick<LiveView, 'timeline' | 'gaps'>,
  rows: readonly Row[],
  virtualizer: TimelineVirtualizer,
): LinkedPlace | null {
  const { live } = useSession();
  const { timeline, gaps } = view;
  const seq = useSyncExternalStore(
    subscribe,
    () => seqOfHash(window.location.hash),
    () => null,
  );
  const isMissing = seq !== null && gaps.some(({ from, to }) => from <= seq && seq <= to);
  useEffect(() => {
    // Asked again with each change of the gaps: the first are known before the log is followed.
    if (isMissing)
      live.loadAround(seq).catch(() => say(`Event ${seq} could not be read. Reload the page to try again.`));
  }, [live, seq, isMissing, gaps]);

  const place = useMemo(
    () => (seq === null || isMissing ? null : findLinked(rows, timeline, seq)),
    [rows, timeline, seq, isMissing],
  );
  const shown = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (place === null || shown.current === seq) return;
    shown.current = seq;
    virtualizer.scrollToIndex(place.at, { align: 'center' });
  }, [place, seq, virtualizer]);
  return place;
}
