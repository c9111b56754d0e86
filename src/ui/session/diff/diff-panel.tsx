import type { SessionId } from '@/domain/ids';
import type { TimelineItem } from '@/domain/timeline/items';
import { Button } from '../../kit/button';
import { ChangeCount } from '../../kit/change-count';
import { plural } from '../../kit/format';
import { Notice } from '../../kit/notice';
import { Skeleton } from '../../kit/skeleton';
import { FileDiff } from './file-diff';
import { useDiff } from './use-diff';

/** The change against the branch that the session started from, file by file. */
export function DiffPanel({ sessionId, items }: { sessionId: SessionId; items: readonly TimelineItem[] }) {
  const { data, isPending, isError, refetch } = useDiff(sessionId, items);
  const files = data?.files ?? [];
  const sum = (side: 'additions' | 'deletions') => files.reduce((total, file) => total + file[side], 0);
  return (
    <>
      <div className="flex h-9 shrink-0 items-center gap-3 border-b px-4 text-sm">
        <h2 className="font-medium">Change</h2>
        {files.length > 0 && (
          <span className="flex items-center gap-3 text-muted">
            {plural(files.length, 'file')}
            <ChangeCount additions={sum('additions')} deletions={sum('deletions')} />
          </span>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {isPending && (
          <div className="p-4">
            <Skeleton lines={4} />
          </div>
        )}
        {isError && (
          <Notice
            tone="danger"
            className="m-4"
            action={
              <Button size="small" onClick={() => void refetch()}>
                Try again
              </Button>
            }
          >
            The change could not be read. It is safe in the blob store; try again.
          </Notice>
        )}
        {data && files.length === 0 && (
          <p className="p-4 text-muted">
            No file is changed yet. What the agent changes shows here after each turn.
          </p>
        )}
        {data?.patch.map((file) => (
          <FileDiff key={file.path} file={file} change={files.find(({ path }) => path === file.path)} />
        ))}
      </div>
    </>
  );
}
