'use client';

import { memo, type ReactNode } from 'react';
import type { SessionId, TurnId } from '@/domain/ids';
import { hasSandbox, type SessionState } from '@/domain/session/state';
import { Button } from '../../kit/button';
import { Notice } from '../../kit/notice';
import { Skeleton } from '../../kit/skeleton';
import { refusalOf, wordsOf } from '../../live/failure';
import type { LiveView } from '../../live/live-session';
import { DiffFiles } from './diff-files';
import { DiffToolbar } from './diff-toolbar';
import { usePlaces } from './places';
import { type ShownDiff, useDiff } from './use-diff';
import { useFolds } from './use-folds';
import { useTurns } from './use-turns';

/** The change of a session, file by file: the whole against where it started, or what one turn did. */
export function DiffPanel({
  sessionId,
  view: { items, session },
}: {
  sessionId: SessionId;
  view: Pick<LiveView, 'items' | 'session'>;
}) {
  const newest = items.findLast((item) => item.type === 'diff');
  return (
    <Diff
      sessionId={sessionId}
      headSha={newest?.headSha ?? null}
      isWorking={session.running !== null}
      sandbox={sandboxNow(session)}
    />
  );
}

function sandboxNow(session: SessionState): DiffProps['sandbox'] {
  const { phase } = session.sandbox;
  if (phase === 'asleep') return 'asleep';
  return phase === 'none' || hasSandbox(session) ? 'there' : 'gone';
}

interface DiffProps {
  sessionId: SessionId;
  /** Of the newest change. */
  headSha: string | null;
  /** A turn runs, so that there may soon be another change. */
  isWorking: boolean;
  /** There was a sandbox, and there is none now. */
  sandbox: 'there' | 'asleep' | 'gone';
}

const NO_FILES: ShownDiff['files'] = [];

/** Follows the change, not each event of a session. */
const Diff = memo(function Diff({ sessionId, headSha, isWorking, sandbox }: DiffProps) {
  const { turnId, chooseTurn } = usePlaces();
  const diff = useDiff(sessionId, { turnId, headSha });
  const turns = useTurns(sessionId, headSha);
  const folds = useFolds(diff.data?.files ?? NO_FILES);
  return (
    <>
      <DiffToolbar {...{ sessionId, turnId, turns, chooseTurn, folds }} diff={diff.data ?? null} />
      {diff.data ? (
        <>
          <DiffRemarks diff={diff.data} {...{ turnId, isWorking, sandbox }} />
          <DiffFiles diff={diff.data} turns={turnId === null ? turns : []} folds={folds} />
        </>
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto p-4">
          {diff.isError ? (
            <Failure
              error={diff.error}
              onRetry={() => void diff.refetch()}
              onWhole={() => chooseTurn(null)}
            />
          ) : (
            <Skeleton lines={6} />
          )}
        </div>
      )}
    </>
  );
});

/** What there is to know before one reads the lines. */
function DiffRemarks({
  diff: { files, missing },
  turnId,
  isWorking,
  sandbox,
}: Pick<DiffProps, 'isWorking' | 'sandbox'> & { diff: ShownDiff; turnId: TurnId | null }) {
  if (missing === 'too large') {
    return (
      <Remark>
        This change is too large to be shown here. Its files are listed; the patch can be downloaded.
      </Remark>
    );
  }
  if (missing === 'not kept') {
    return (
      <Remark>
        The lines of this change did not reach the store, or were too many for it. Its files are listed, and
        the work itself is kept.
      </Remark>
    );
  }
  if (files.length === 0) {
    return (
      <Remark>
        {turnId === null
          ? `No file is changed yet. What the agent changes shows here ${isWorking ? 'when the turn ends' : 'after each turn'}.`
          : 'This turn changed no line.'}
      </Remark>
    );
  }
  if (sandbox === 'asleep')
    return <Remark>The sandbox sleeps with this change in it; typing wakes it.</Remark>;
  if (sandbox === 'gone')
    return <Remark>The sandbox is gone; this change is kept, and the next prompt goes on from it.</Remark>;
  if (isWorking && turnId === null)
    return <Remark>What the running turn changes is added when it ends.</Remark>;
  return null;
}

function Remark({ children }: { children: ReactNode }) {
  return <p className="border-b px-4 py-1.5 text-sm text-muted">{children}</p>;
}

function Failure({ error, onRetry, onWhole }: { error: Error; onRetry: () => void; onWhole: () => void }) {
  const refusal = refusalOf(error);
  const isGoneTurn = refusal?.code === 'not_found';
  return (
    <Notice
      tone="danger"
      action={
        <Button size="small" onClick={isGoneTurn ? onWhole : onRetry}>
          {isGoneTurn ? 'Show the whole change' : 'Try again'}
        </Button>
      }
    >
      {refusal ? wordsOf(refusal) : 'The change could not be read. It is kept; try again.'}
    </Notice>
  );
}
