import { Elapsed } from '../../kit/elapsed';
import { formatCount, formatDuration } from '../../kit/format';
import type { MarkShape, MarkTone } from '../../kit/mark';
import { RawText } from '../../kit/raw-text';
import { Step } from '../../kit/step';
import { useLiveText } from '../session-context';
import type { LeafProps } from './leaf';
import { prettyInput, toolWords } from './tool-words';

type State = 'running' | 'completed' | 'error' | 'cut';

const LOOK = {
  running: { shape: 'half', tone: 'live' },
  completed: { shape: 'check', tone: 'muted' },
  error: { shape: 'cross', tone: 'danger' },
  cut: { shape: 'dash', tone: 'muted' },
} satisfies Record<State, { shape: MarkShape; tone: MarkTone }>;

/** One thing that the agent did. What went in and what came out is one click away; a failed one opens by itself. */
export function ToolLeaf({ item, isOver }: LeafProps<'tool'>) {
  const live = useLiveText(item.partId);
  const state: State = item.status === 'running' && isOver ? 'cut' : item.status;
  // The list that it wrote is an item of its own.
  if (item.tool === 'todowrite' && state === 'completed') return null;
  const { verb, object } = toolWords(item);
  const output = item.output ?? live ?? '';
  return (
    <Step
      {...LOOK[state]}
      isMoving={state === 'running'}
      isOpenAtFirst={state === 'error'}
      summary={
        <>
          <span className={state === 'error' ? 'text-danger' : undefined}>{verb}</span>{' '}
          <span className="font-mono text-xs text-text">{object}</span>
        </>
      }
      aside={<Aside item={item} state={state} />}
    >
      <RawText label="Input" text={prettyInput(item.input)} />
      {output !== '' && (
        <RawText label={item.output === null ? 'Output so far' : outputLabel(item)} text={output} />
      )}
    </Step>
  );
}

function Aside({ item: { at, durationMs }, state }: { item: LeafProps<'tool'>['item']; state: State }) {
  if (state === 'running') return <Elapsed since={at} />;
  if (state === 'cut') return 'did not finish';
  const took = durationMs === null ? '' : formatDuration(durationMs);
  return state === 'error' ? `failed · ${took}` : took;
}

function outputLabel({ outputBlob }: LeafProps<'tool'>['item']): string {
  return outputBlob ? `Output, cut: ${formatCount(outputBlob.sizeBytes)} bytes in all` : 'Output';
}
