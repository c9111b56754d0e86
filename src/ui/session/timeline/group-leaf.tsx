import { Elapsed } from '../../kit/elapsed';
import { groupWords } from './group-words';
import type { Row } from './row';
import { useTimelineScene } from './timeline-context';
import { TimelineItemView } from './timeline-item';
import { TimelineStep } from './timeline-step';
import { isOver } from './turn-facts';

/** Calls of one kind in a row, such as the reading of six files, on one line with each of them inside. */
export function GroupLeaf({ row: { key, kind, items } }: { row: Extract<Row, { type: 'group' }> }) {
  const { facts, linkedId } = useTimelineScene();
  const running = items.find((item) => item.status === 'running' && !isOver(item, facts));
  const isLinked = items.some(({ id }) => id === linkedId);
  const { verb, object } = groupWords(kind, items, running !== undefined);
  return (
    <TimelineStep
      id={`group:${key}`}
      shape={running ? 'half' : 'check'}
      tone={running ? 'live' : 'muted'}
      isMoving={running !== undefined}
      isOpenAtFirst={isLinked}
      title={`${verb} ${object}`}
      summary={
        <>
          {verb} <span className="text-text">{object}</span>
        </>
      }
      aside={running && <Elapsed since={running.at} />}
    >
      <div className="flex flex-col gap-1">
        {items.map((item) => (
          <TimelineItemView key={item.id} item={item} />
        ))}
      </div>
    </TimelineStep>
  );
}
