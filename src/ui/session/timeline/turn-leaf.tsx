import type { Outcome } from '@/domain/events/session-event';
import { Button } from '../../kit/button';
import { formatCount, formatDuration, plural } from '../../kit/format';
import { Mark, type MarkShape, type MarkTone } from '../../kit/mark';
import { Time } from '../../kit/time';
import type { LeafProps } from './leaf';

/** How each end of a turn is said and shown. */
export const ENDS = {
  completed: { words: 'Done', shape: 'check', tone: 'ok' },
  failed: { words: 'Failed', shape: 'cross', tone: 'danger' },
  stopped: { words: 'Stopped', shape: 'dash', tone: 'muted' },
  interrupted: { words: 'Interrupted', shape: 'alert', tone: 'ask' },
} satisfies Record<Outcome, { words: string; shape: MarkShape; tone: MarkTone }>;

/** How a turn went, where it ended; while it runs, only what gets in its way. */
export function TurnLeaf({ item, canRetry, commands }: LeafProps<'turn'>) {
  const { outcome, reason, promptId } = item;
  if (outcome === null) return <Troubles item={item} />;
  const { words, shape, tone } = ENDS[outcome];
  const kept = outcome === 'completed' ? '' : ' Everything until then is kept.';
  return (
    <div className="flex items-start gap-2 border-t pt-2 text-sm" data-outcome={outcome}>
      <span className="mt-1">
        <Mark shape={shape} tone={tone} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-muted">
          <span className="font-medium text-text">{words}</span> {figuresOf(item)}
        </p>
        {reason && (
          <p className="mt-0.5 break-words">
            {reason.message}
            {kept}
          </p>
        )}
      </div>
      {canRetry && promptId !== null && (
        <Button size="small" onClick={() => commands.retry(promptId)}>
          Retry
        </Button>
      )}
    </div>
  );
}

function figuresOf({
  outcome,
  startedAt,
  finishedAt,
  steps,
  tokens,
  costUsd,
}: LeafProps<'turn'>['item']): string {
  const total = tokens.input + tokens.output + tokens.reasoning + tokens.cacheRead + tokens.cacheWrite;
  return [
    startedAt !== null && finishedAt !== null
      ? `${outcome === 'completed' ? 'in' : 'after'} ${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`
      : null,
    steps > 0 ? plural(steps, 'step') : null,
    total > 0 ? `${formatCount(total)} tokens` : null,
    costUsd > 0 ? `$${costUsd.toFixed(costUsd < 0.1 ? 3 : 2)}` : null,
  ]
    .filter((figure) => figure !== null)
    .join(' · ');
}

function Troubles({ item: { retrying, compactions } }: Pick<LeafProps<'turn'>, 'item'>) {
  if (retrying) {
    return (
      <p className="flex items-center gap-2 text-sm" role="status">
        <Mark shape="alert" tone="ask" />
        <span className="min-w-0">
          The model did not answer: {retrying.message}. Attempt {retrying.attempt + 1}
          {retrying.nextAt !== null && (
            <>
              {' '}
              at <Time at={retrying.nextAt} as="clock" />
            </>
          )}
          .
        </span>
      </p>
    );
  }
  if (compactions === 0) return null;
  return <p className="text-sm text-muted">The conversation was summed up, to fit the model.</p>;
}
