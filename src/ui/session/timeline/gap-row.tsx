import type { SeqRange } from '@/domain/sync/seq-ranges';
import { Button } from '../../kit/button';
import { formatCount } from '../../kit/format';

/** Where something is missing: it comes by itself when somebody gets near, or by the button. */
export function GapRow({ gap, isFailed, onFill }: { gap: SeqRange; isFailed: boolean; onFill: () => void }) {
  const count = gap.to - gap.from + 1;
  return (
    <div
      className="flex items-center justify-center gap-3 py-1 text-sm text-muted"
      data-gap={`${gap.from}-${gap.to}`}
    >
      {isFailed ? (
        <p role="alert" className="text-danger">
          {formatCount(count)} events before this could not be read.
        </p>
      ) : (
        <p>{formatCount(count)} events before this</p>
      )}
      <Button size="small" onClick={onFill}>
        {isFailed ? 'Try again' : 'Show them'}
      </Button>
    </div>
  );
}
