import { type RefObject, useMemo, useState } from 'react';
import { Button } from '../../kit/button';
import { classNames } from '../../kit/class-names';
import { useScreenCommands } from '../../kit/use-commands';
import type { LiveView } from '../../live/live-session';
import { EventLink } from './event-link';
import { GapRow } from './gap-row';
import type { Row } from './row';
import { pressScrollKey } from './scroll-keys';
import { TimelineProvider } from './timeline-context';
import { TimelineRow } from './timeline-row';
import { TurnAnnouncer } from './turn-announcer';
import { type Gaps, useGaps } from './use-gaps';
import { useIsHydrated } from './use-is-hydrated';
import { useLinkedEvent } from './use-linked-event';
import { useRows, useTurnFacts } from './use-rows';
import { useTimelineScroll } from './use-timeline-scroll';
import { useTurnSteps } from './use-turn-steps';

/** The story of the session, oldest first. Only what is in sight is drawn, however long it is. */
export function TimelinePanel({ view, ref }: { view: LiveView; ref: RefObject<HTMLDivElement | null> }) {
  const rows = useRows(view);
  const facts = useTurnFacts(view);
  const isReady = useIsHydrated();
  const { virtualizer, isAtEnd, toEnd } = useTimelineScroll(rows, ref, isReady);
  const gaps = useGaps(rows, ref, virtualizer);
  const linked = useLinkedEvent(view, rows, virtualizer);
  const { toPrevious, toNext } = useTurnSteps(rows, virtualizer);
  const hasNewBelow = useNewBelow(rows, isAtEnd);
  useScreenCommands([
    {
      id: 'turn.previous',
      title: 'Previous turn',
      group: 'Timeline',
      keys: '[',
      repeats: true,
      run: toPrevious,
    },
    { id: 'turn.next', title: 'Next turn', group: 'Timeline', keys: ']', repeats: true, run: toNext },
    { id: 'timeline.end', title: 'To the end of the timeline', group: 'Timeline', run: toEnd },
  ]);
  const [open] = useState(() => new Map<string, boolean>());
  const linkedId = linked?.itemId ?? null;
  const scene = useMemo(() => ({ facts, open, linkedId }), [facts, open, linkedId]);
  const drawn = virtualizer.getVirtualItems();
  return (
    <TimelineProvider value={scene}>
      <div className="relative flex min-h-0 flex-1 flex-col">
        <h2 className="sr-only">Timeline</h2>
        <div
          ref={ref}
          tabIndex={0}
          onKeyDown={(event) => pressScrollKey(event, virtualizer)}
          role="log"
          aria-label="Timeline"
          // What scrolls into view is not news; the end of a turn is told below.
          aria-live="off"
          className={classNames(
            'min-h-0 flex-1 overflow-x-hidden -outline-offset-2 [overflow-anchor:none]',
            // Until the browser has taken over, the end is what is seen.
            isReady ? 'overflow-y-auto' : 'flex flex-col justify-end overflow-y-hidden',
          )}
        >
          <div
            className="relative w-full"
            style={isReady ? { height: virtualizer.getTotalSize() } : undefined}
          >
            <div
              className={classNames('flex w-full flex-col gap-2', isReady ? 'absolute top-0 left-0' : 'py-4')}
              style={isReady ? { transform: `translateY(${drawn[0]?.start ?? 0}px)` } : undefined}
            >
              {drawn.map(({ index, key }) => {
                const row = rows[index];
                return (
                  row && (
                    <div key={key} ref={virtualizer.measureElement} data-index={index} className="px-4">
                      <RowFrame row={row} isLinked={linked?.at === index} gaps={gaps} />
                    </div>
                  )
                );
              })}
            </div>
          </div>
        </div>
        <TurnAnnouncer items={view.items} />
        {!isAtEnd && (
          <Button size="small" className="absolute bottom-3 left-1/2 -translate-x-1/2" onClick={toEnd}>
            {hasNewBelow ? '↓ New below' : '↓ To the end'}
          </Button>
        )}
      </div>
    </TimelineProvider>
  );
}

function RowFrame({ row, isLinked, gaps }: { row: Row; isLinked: boolean; gaps: Gaps }) {
  if (row.type === 'gap') {
    const { key, gap } = row;
    return <GapRow gap={gap} isFailed={gaps.failed.has(key)} onRetry={gaps.retry} />;
  }
  return (
    <div
      data-seq={row.seq}
      aria-current={isLinked ? 'location' : undefined}
      className={classNames(
        'group/row relative mx-auto max-w-3xl',
        isLinked && 'rounded-xs bg-accent/8 outline outline-offset-4 outline-accent/60',
      )}
    >
      <TimelineRow row={row} />
      <EventLink seq={row.seq} />
    </div>
  );
}

/** Whether something came after what was last seen at the end. */
function useNewBelow(rows: readonly Row[], isAtEnd: boolean): boolean {
  const last = rows.at(-1);
  const [seen, setSeen] = useState(last);
  if (isAtEnd && seen !== last) setSeen(last);
  return !isAtEnd && seen !== last;
}
