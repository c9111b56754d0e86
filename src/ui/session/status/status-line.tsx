import { useMemo } from 'react';
import { Button } from '../../kit/button';
import { classNames } from '../../kit/class-names';
import { Elapsed } from '../../kit/elapsed';
import { formatClock } from '../../kit/format';
import { Mark } from '../../kit/mark';
import { useNow } from '../../kit/use-now';
import type { LiveView } from '../../live/live-session';
import { TypingNotice } from '../people/typing-notice';
import { connectionWords } from './connection-words';

/** The truth about the connection, what the session cost so far, and the way to stop it. */
export function StatusLine({
  view,
  stop,
  onRetry,
}: {
  view: LiveView;
  stop: (() => void) | null;
  onRetry: () => void;
}) {
  const { shape, tone, words, canRetry } = connectionWords(view.state, {
    nowMs: useNow(1_000) ?? 0,
    clock: (ms) => formatClock(new Date(ms)),
  });
  const { items } = view;
  const turns = useMemo(() => items.filter((item) => item.type === 'turn'), [items]);
  const costUsd = turns.reduce((sum, turn) => sum + turn.costUsd, 0);
  const { running, budget } = view.session;
  const { limitUsd, stage } = budget;
  const startedAt = turns.find(({ turnId }) => turnId === running?.turnId)?.startedAt;
  return (
    <div className="mt-1.5 flex min-h-6 items-center gap-2 text-xs text-muted">
      <Mark shape={shape} tone={tone} />
      <span role="status" className="min-w-0 truncate" title={words} data-sync={view.state.kind}>
        {words}
      </span>
      <span aria-hidden>·</span>
      <span className="tabular shrink-0">
        {view.appliedSeq} of {view.head}
      </span>
      <TypingNotice />
      {canRetry && (
        <Button size="small" variant="quiet" onClick={onRetry}>
          Try now
        </Button>
      )}
      <span className="flex-1" />
      {(costUsd > 0 || limitUsd !== null) && (
        <span className={classNames('tabular shrink-0', stage !== 'ok' && 'text-ask')}>
          ${costUsd.toFixed(2)}
          {limitUsd !== null && ` of $${limitUsd.toFixed(2)}`}
        </span>
      )}
      {running && startedAt != null && <Elapsed since={startedAt} />}
      {running && (
        <Button size="small" disabled={stop === null} onClick={() => stop?.()}>
          {stop === null ? 'Stopping…' : 'Stop this turn'}
        </Button>
      )}
    </div>
  );
}
