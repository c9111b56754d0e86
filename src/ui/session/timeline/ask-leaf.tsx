import { askTitle } from '@/domain/session/evolve-asks';
import { nameOf } from './actor-name';
import type { LeafProps } from './leaf';

/** What the agent asked, where it asked it, and who answered. */
export function AskLeaf({ item: { ask, status, answeredBy, reason } }: LeafProps<'ask'>) {
  return (
    <div className="border-l-2 border-ask pl-3">
      <p>? {askTitle(ask)}</p>
      <p className="text-xs text-muted">
        {status === 'open'
          ? 'waits for an answer'
          : status === 'expired'
            ? reason?.message
            : `answered by ${nameOf(answeredBy)}`}
      </p>
    </div>
  );
}
