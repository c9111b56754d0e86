import { AttachmentList } from '../../attachments/attachment-list';
import { Elapsed } from '../../kit/elapsed';
import { formatDuration } from '../../kit/format';
import type { MarkShape, MarkTone } from '../../kit/mark';
import { RawText } from '../../kit/raw-text';
import { useLiveText, useSession } from '../session-context';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';
import { toolInput, toolWords } from './tool-words';
import { WholeOutput } from './whole-output';

type ToolItem = LeafProps<'tool'>['item'];
/** `cut`: its turn ended before it did. */
export type ToolState = 'running' | 'completed' | 'error' | 'cut';

const LOOK = {
  running: { shape: 'half', tone: 'live', isMoving: true },
  completed: { shape: 'check', tone: 'muted', isMoving: false },
  error: { shape: 'cross', tone: 'danger', isMoving: false },
  cut: { shape: 'dash', tone: 'muted', isMoving: false },
} satisfies Record<ToolState, { shape: MarkShape; tone: MarkTone; isMoving: boolean }>;

export const toolState = ({ status }: ToolItem, isOver: boolean): ToolState =>
  status === 'running' && isOver ? 'cut' : status;

export const toolLook = (state: ToolState): (typeof LOOK)[ToolState] => LOOK[state];

/** One thing that the agent did. What went in and what came out is one click away; a failed one opens by itself. */
export function ToolLeaf({ item, isOver }: LeafProps<'tool'>) {
  const state = toolState(item, isOver);
  const { verb, object } = toolWords(item);
  const input = toolInput(item);
  return (
    <>
      <TimelineStep
        id={item.id}
        {...toolLook(state)}
        isOpenAtFirst={state === 'error'}
        title={`${verb} ${object}`}
        summary={
          <>
            <span className={state === 'error' ? 'text-danger' : undefined}>{verb}</span>{' '}
            <span className="font-mono text-xs text-text">{object}</span>
          </>
        }
        aside={<ToolAside item={item} state={state} />}
      >
        <RawText label={input.label} text={input.text} />
        <Output item={item} />
      </TimelineStep>
      <Made item={item} />
    </>
  );
}

/** How long it runs, or took. */
export function ToolAside({ item: { at, durationMs }, state }: { item: ToolItem; state: ToolState }) {
  if (state === 'running') return <Elapsed since={at} />;
  if (state === 'cut') return 'did not finish';
  const took = durationMs === null ? '' : formatDuration(durationMs);
  return state === 'error' ? `failed · ${took}` : took;
}

function Output({ item }: { item: ToolItem }) {
  const live = useLiveText(item.partId);
  const text = item.output ?? live ?? '';
  if (text === '') return null;
  if (item.output === null) return <RawText label="Output so far" text={text} />;
  if (item.outputBlob === null) return <RawText label="Output" text={text} />;
  return <RawText label="Output, cut" text={text} action={<WholeOutput blob={item.outputBlob} />} />;
}

/** Pictures and files that it made are seen without a click. */
function Made({ item: { attachments } }: { item: ToolItem }) {
  const { sessionId } = useSession();
  if (attachments.length === 0) return null;
  return (
    <div className="ml-5">
      <AttachmentList sessionId={sessionId} attachments={attachments} />
    </div>
  );
}
