import type { SeqRange } from '@/domain/sync/seq-ranges';
import { Button } from '../../kit/button';
import { gapHeightPx } from './row-height';

const NUMBERS = new Intl.NumberFormat('en-US');

/** Room for events that are not here yet. They come by themselves where somebody looks. */
export function GapRow({
  gap,
  isFailed,
  onRetry,
}: {
  gap: SeqRange;
  isFailed: boolean;
  onRetry: () => void;
}) {
  const words = `Events ${NUMBERS.format(gap.from)} to ${NUMBERS.format(gap.to)}`;
  return (
    <div style={{ height: gapHeightPx(gap) }} data-gap={`${gap.from}-${gap.to}`}>
      <div className="sticky top-1/3 flex items-center justify-center gap-3 py-6 text-sm text-muted">
        {isFailed ? (
          <>
            <p role="alert" className="text-danger">
              {words} could not be read. They are kept.
            </p>
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          </>
        ) : (
          <p className="animate-show-late">{words} are being read…</p>
        )}
      </div>
    </div>
  );
}
