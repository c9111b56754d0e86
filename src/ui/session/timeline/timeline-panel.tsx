import { useMutation } from '@tanstack/react-query';
import { Button } from '../../kit/button';
import { Notice } from '../../kit/notice';
import type { LiveSession, LiveView } from '../../live/live-session';
import type { SessionCommands } from '../use-commands';
import { TimelineItemView } from './timeline-item';
import { useStickToEnd } from './use-stick-to-end';
import { useTimelineRows } from './use-timeline-rows';

/** The story of the session, oldest first. */
export function TimelinePanel({
  view,
  session,
  commands,
}: {
  view: LiveView;
  session: LiveSession;
  commands: SessionCommands;
}) {
  const rows = useTimelineRows(view);
  const { scroller, content, hasNewBelow, onScroll, toEnd } = useStickToEnd();
  const older = useMutation({
    mutationFn: async () => {
      const gap = view.gaps.at(-1);
      if (gap) await session.loadInto(gap, 'end');
    },
  });
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
      >
        <div
          ref={content}
          className="mx-auto flex max-w-3xl flex-col gap-2 px-4 py-4"
          role="log"
          aria-label="Timeline"
        >
          {view.gaps.length > 0 && (
            <Button
              size="small"
              className="self-center"
              disabled={older.isPending}
              onClick={() => older.mutate()}
            >
              {older.isPending ? 'Loading…' : 'Show what came before'}
            </Button>
          )}
          {older.isError && <Notice tone="danger">What came before could not be read. Try again.</Notice>}
          {rows.map((row) => (
            <TimelineItemView key={row.item.id} {...row} commands={commands} />
          ))}
        </div>
      </div>
      {hasNewBelow && (
        <Button size="small" className="absolute bottom-3 left-1/2 -translate-x-1/2" onClick={toEnd}>
          ↓ New below
        </Button>
      )}
    </div>
  );
}
