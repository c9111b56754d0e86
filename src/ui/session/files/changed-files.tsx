import type { SessionId } from '@/domain/ids';
import { ChangeCount } from '../../kit/change-count';
import { Notice } from '../../kit/notice';
import { usePlaces } from '../diff/places';
import { useDiff } from '../diff/use-diff';
import { visibleCode } from '../diff/visible-code';

/** What there is to see while no sandbox can be asked: the files of the change. */
export function ChangedFiles({
  sessionId,
  headSha,
  isStarting,
}: {
  sessionId: SessionId;
  headSha: string | null;
  isStarting: boolean;
}) {
  const { data } = useDiff(sessionId, { turnId: null, headSha });
  const { showDiff } = usePlaces();
  const files = data?.files ?? [];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Notice tone="info" className="m-4">
        {isStarting
          ? 'The sandbox is starting. Its files can be read when it is ready.'
          : 'No sandbox is running, so the repository’s files can’t be read now. The next prompt starts one.'}
        {files.length > 0 && ' The files of the change are kept:'}
      </Notice>
      <ul className="pb-2">
        {files.map(({ path, additions, deletions }) => (
          <li key={path}>
            <button
              type="button"
              onClick={() => showDiff({ path })}
              className="flex w-full items-center gap-3 px-4 py-1 text-left hover:bg-raised"
            >
              <span className="min-w-0 flex-1 truncate font-mono text-xs whitespace-pre">
                {visibleCode(path)}
              </span>
              <ChangeCount additions={additions} deletions={deletions} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
