import type { FileChange } from '@/domain/events/session-event';
import { Button } from '../../kit/button';
import { ChangeCount } from '../../kit/change-count';
import { plural } from '../../kit/format';
import { usePlaces } from '../diff/places';
import { visibleCode } from '../diff/visible-code';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';

/** What a turn changed, and how much the session has changed by then. The lines are in the panel beside. */
export function DiffLeaf({ item: { id, turnId, files, turnFiles, headSha } }: LeafProps<'diff'>) {
  const { showDiff } = usePlaces();
  const saved = `${plural(files.length, 'file')} in all, saved as ${headSha.slice(0, 7)}`;
  if (turnFiles.length === 0) {
    return <TimelineStep id={id} shape="dash" tone="muted" summary={`This turn changed no file; ${saved}`} />;
  }
  const sum = (side: 'additions' | 'deletions') => turnFiles.reduce((total, file) => total + file[side], 0);
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <TimelineStep
          id={id}
          shape="check"
          tone="muted"
          summary={`Changed ${plural(turnFiles.length, 'file')}; ${saved}`}
          aside={<ChangeCount additions={sum('additions')} deletions={sum('deletions')} />}
        >
          <ChangedPaths files={turnFiles} onShow={(path) => showDiff({ turnId, path })} />
        </TimelineStep>
      </div>
      <Button
        size="small"
        variant="quiet"
        aria-label="Show change of this turn"
        onClick={() => showDiff({ turnId })}
      >
        Show change
      </Button>
    </div>
  );
}

/** Of more files the panel has the rest. */
const MAX_PATHS = 50;

function ChangedPaths({ files, onShow }: { files: readonly FileChange[]; onShow: (path: string) => void }) {
  return (
    <ul className="text-sm">
      {files.slice(0, MAX_PATHS).map(({ path, additions, deletions }) => (
        <li key={path}>
          <button
            type="button"
            onClick={() => onShow(path)}
            className="flex w-full min-w-0 items-center gap-3 rounded-sm text-left hover:text-text"
          >
            <span className="min-w-0 truncate font-mono text-xs" title={visibleCode(path)}>
              {visibleCode(path)}
            </span>
            <ChangeCount additions={additions} deletions={deletions} />
          </button>
        </li>
      ))}
      {files.length > MAX_PATHS && <li className="text-muted">and {files.length - MAX_PATHS} more</li>}
    </ul>
  );
}
