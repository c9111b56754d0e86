import { Elapsed } from '../../kit/elapsed';
import { formatDuration } from '../../kit/format';
import { useLiveText } from '../session-context';
import type { LeafProps } from './leaf';
import { Markdown } from './lazy-markdown';
import { TimelineStep } from './timeline-step';

/** What the agent thought, folded, with how long it took. */
export function ReasoningLeaf({ item, isOver }: LeafProps<'reasoning'>) {
  const live = useLiveText(item.partId);
  const text = item.text ?? live ?? '';
  const isThinking = item.text === null && !isOver;
  return (
    <TimelineStep
      id={item.id}
      shape={isThinking ? 'half' : 'dash'}
      tone={isThinking ? 'live' : 'muted'}
      isMoving={isThinking}
      summary={isThinking ? 'Thinking' : 'Thought'}
      aside={
        isThinking ? (
          <Elapsed since={item.at} />
        ) : item.durationMs === null ? undefined : (
          `for ${formatDuration(item.durationMs)}`
        )
      }
    >
      {text.trim() === '' ? null : (
        <div className="text-sm text-muted">
          <Markdown text={text} isGrowing={isThinking} />
        </div>
      )}
    </TimelineStep>
  );
}
