import { ChangeCount } from '../../kit/change-count';
import { plural } from '../../kit/format';
import type { LeafProps } from './leaf';
import { TimelineStep } from './timeline-step';

/** What the session's change was after a turn. The lines are in the panel beside. */
export function DiffLeaf({ item: { id, files, headSha } }: LeafProps<'diff'>) {
  if (files.length === 0) {
    return <TimelineStep id={id} shape="dash" tone="muted" summary="No file is changed" />;
  }
  const sum = (side: 'additions' | 'deletions') => files.reduce((total, file) => total + file[side], 0);
  return (
    <TimelineStep
      id={id}
      shape="check"
      tone="muted"
      summary={`${plural(files.length, 'file')} changed so far, saved as ${headSha.slice(0, 7)}`}
      aside={<ChangeCount additions={sum('additions')} deletions={sum('deletions')} />}
    >
      <ul className="text-sm">
        {files.map(({ path, additions, deletions }) => (
          <li key={path} className="flex items-center gap-3">
            <span className="min-w-0 truncate font-mono text-xs">{path}</span>
            <ChangeCount additions={additions} deletions={deletions} />
          </li>
        ))}
      </ul>
    </TimelineStep>
  );
}
