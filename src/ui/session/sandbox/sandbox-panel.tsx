import type { SandboxItem } from '@/domain/timeline/items';
import { Button } from '../../kit/button';
import { Elapsed } from '../../kit/elapsed';
import { Mark } from '../../kit/mark';
import { Notice } from '../../kit/notice';
import { Skeleton } from '../../kit/skeleton';
import { wordsOf } from '../../live/failure';
import type { PanelProps } from '../layout/side-panel';
import { Figures } from './figures';
import { Life } from './life';
import { bootTook, lifeLook } from './phase-words';
import { useLives } from './use-lives';

/** Where the session's work runs: each sandbox with its phases, log and walls, and what the session came to. */
export function SandboxPanel({ sessionId, view }: PanelProps) {
  const { lives, figures, query } = useLives(sessionId, view);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0} role="group" aria-label="Sandbox">
      {query.isError && (
        <Notice
          tone="danger"
          className="mb-4"
          action={
            <Button size="small" onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          Not all of it could be read. {wordsOf(query.error)}
        </Notice>
      )}
      {query.isPending && lives.length === 0 && <Skeleton lines={4} />}
      {figures && <Figures figures={figures} />}
      {!query.isPending && lives.length === 0 && (
        <p className="mt-4 text-muted">No sandbox was needed yet. The first prompt starts one.</p>
      )}
      {lives.map((item) => (
        <OneLife key={item.id} item={item} />
      ))}
    </div>
  );
}

function OneLife({ item }: { item: SandboxItem }) {
  const { epoch, phases } = item;
  const look = lifeLook(item);
  const [first] = phases;
  const took = bootTook(phases);
  return (
    <section aria-label={`Sandbox ${epoch}`} className="mt-4 flex flex-col gap-2 border-t pt-3">
      <h2 className="flex items-center gap-2 text-sm">
        <Mark shape={look.shape} tone={look.tone} isMoving={look.isUnderWay === true} />
        <span className="font-medium">{look.words}</span>
        <span className="text-muted">
          number {epoch}
          {took !== null && `, ready after ${took}`}
          {look.isUnderWay && first && (
            <>
              , for <Elapsed since={first.at} />
            </>
          )}
        </span>
      </h2>
      <Life item={item} />
    </section>
  );
}
