import type { ReactNode } from 'react';
import { plural } from '../../kit/format';
import { RawText } from '../../kit/raw-text';
import { itemIdsIn, type Row } from './row';
import { useTimelineScene } from './timeline-context';
import { TimelineStep } from './timeline-step';
import { ToolAside, toolLook, toolState } from './tool-leaf';
import { toolInput, toolWords } from './tool-words';
import { isOver } from './turn-facts';

/** A sub-agent: what it was asked, each thing that it did, and what it answered. */
export function TaskLeaf({
  row: { item, children: rows },
  children,
}: {
  row: Extract<Row, { type: 'task' }>;
  /** What it did. */
  children: ReactNode;
}) {
  const { facts, linkedId } = useTimelineScene();
  const state = toolState(item, isOver(item, facts));
  const { verb, object } = toolWords(item);
  const input = toolInput(item);
  const isLinked = rows.some((child) => linkedId !== null && itemIdsIn(child).includes(linkedId));
  return (
    <TimelineStep
      id={item.id}
      {...toolLook(state)}
      isOpenAtFirst={state === 'error' || isLinked}
      title={`${verb} ${object}`}
      summary={
        <>
          <span className={state === 'error' ? 'text-danger' : undefined}>{verb}</span>{' '}
          <span className="text-text">{object}</span>
        </>
      }
      aside={
        <>
          {plural(rows.flatMap(itemIdsIn).length, 'step')} · <ToolAside item={item} state={state} />
        </>
      }
    >
      <div className="flex flex-col gap-1.5 border-l pl-3">{children}</div>
      <RawText label={input.label} text={input.text} />
      {item.output !== null && item.output !== '' && <RawText label="Answer" text={item.output} />}
    </TimelineStep>
  );
}
