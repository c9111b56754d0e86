import type { SessionId } from '@/domain/ids';
import type { SessionState } from '@/domain/session/state';
import { ChangeCount } from '../../kit/change-count';
import { usePlaces } from '../diff/places';
import { useDiff } from '../diff/use-diff';
import { visibleCode } from '../diff/visible-code';
import { AsleepNotice } from '../sandbox/asleep-notice';

/** What there is to see while no sandbox can be asked: the files of the change. */
export function ChangedFiles({
  sessionId,
  headSha,
  session,
}: {
  sessionId: SessionId;
  headSha: string | null;
  session: SessionState;
}) {
  const { data } = useDiff(sessionId, { turnId: null, headSha });
  const { showDiff } = usePlaces();
  const files = data?.files ?? [];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <AsleepNotice
        {...{ sessionId, session }}
        missing={`The repository’s files can’t be read without one.${files.length > 0 ? ' Those of the change are kept:' : ''}`}
      />
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
