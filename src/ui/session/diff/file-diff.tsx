import { useState } from 'react';
import type { FileChange } from '@/domain/events/session-event';
import { ChangeCount } from '../../kit/change-count';
import { classNames } from '../../kit/class-names';
import type { PatchFile, PatchLine } from './parse-patch';

/** A file with more changed lines is folded at first. */
const FOLDED_ABOVE_LINES = 400;

const LOOK = {
  context: { sign: ' ', className: '' },
  added: { sign: '+', className: 'bg-added' },
  removed: { sign: '−', className: 'bg-removed' },
} satisfies Record<PatchLine['type'], { sign: string; className: string }>;

/** One file's change: its name and size, and the lines below it. */
export function FileDiff({ file, change }: { file: PatchFile; change: FileChange | undefined }) {
  const { path, oldPath, hunks, additions, deletions } = file;
  const lines = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const [isOpen, setIsOpen] = useState(lines <= FOLDED_ABOVE_LINES);
  return (
    <section className="border-b">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className="sticky top-0 flex w-full items-center gap-2 bg-surface px-4 py-1.5 text-left hover:bg-raised"
      >
        <span aria-hidden className={classNames('text-muted transition-transform', isOpen && 'rotate-90')}>
          ›
        </span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs" title={path}>
          {oldPath === null ? path : `${oldPath} → ${path}`}
        </span>
        {change && change.status !== 'modified' && (
          <span className="text-xs text-muted">{change.status}</span>
        )}
        <ChangeCount additions={additions} deletions={deletions} />
      </button>
      {isOpen && hunks.length === 0 && (
        <p className="px-4 pb-2 text-sm text-muted">
          {change?.binary ? 'A binary file: its content is not shown.' : 'No line of it changed.'}
        </p>
      )}
      {isOpen && hunks.length > 0 && <Lines hunks={hunks} />}
    </section>
  );
}

function Lines({ hunks }: Pick<PatchFile, 'hunks'>) {
  return (
    <div
      className="overflow-x-auto pb-1 font-mono text-xs leading-[18px]"
      tabIndex={0}
      role="group"
      aria-label="Lines"
    >
      <div className="min-w-max">
        {hunks.map((hunk, at) => (
          <div key={at}>
            {(at > 0 || hunk.header !== '') && (
              <p className="bg-raised/60 px-4 text-muted">⋯ {hunk.header}</p>
            )}
            {hunk.lines.map((line, index) => (
              <Line key={index} line={line} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Line({ line: { type, oldLine, newLine, text } }: { line: PatchLine }) {
  const { sign, className } = LOOK[type];
  return (
    <div className={classNames('flex whitespace-pre', className)}>
      <span className="w-10 shrink-0 pr-2 text-right text-muted select-none">{oldLine}</span>
      <span className="w-10 shrink-0 pr-2 text-right text-muted select-none">{newLine}</span>
      <span className="w-4 shrink-0 select-none">{sign}</span>
      <code className="pr-4">{text}</code>
    </div>
  );
}
