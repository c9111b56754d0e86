'use client';

import type { ReactNode } from 'react';
import { classNames } from './class-names';
import { Mark, type MarkShape, type MarkTone } from './mark';

interface StepProps {
  shape: MarkShape;
  tone: MarkTone;
  isMoving?: boolean;
  /** One line that says what was done. */
  summary: ReactNode;
  /** The same as plain text, for where it is cut; needed only where it is more than a text. */
  title?: string | undefined;
  /** A short remark at its end, such as how long it took. */
  aside?: ReactNode;
  isOpen: boolean;
  onToggle: () => void;
  children?: ReactNode;
}

/** One thing that was done, on one line, with all of it one click away. */
export function Step({
  shape,
  tone,
  isMoving = false,
  summary,
  title = typeof summary === 'string' ? summary : undefined,
  aside,
  isOpen,
  onToggle,
  children,
}: StepProps) {
  const line = (
    <>
      <Mark shape={shape} tone={tone} isMoving={isMoving} />
      <span className="min-w-0 truncate" title={title}>
        {summary}
      </span>
      {aside !== undefined && <span className="tabular shrink-0 text-xs text-muted">{aside}</span>}
    </>
  );
  const look = 'flex w-full min-w-0 items-center gap-2 py-0.5 text-left text-sm text-muted';
  if (children === undefined || children === null) return <div className={look}>{line}</div>;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className={classNames(look, 'group rounded-sm hover:text-text')}
      >
        {line}
        <span
          aria-hidden
          className={classNames(
            'shrink-0 opacity-50 transition-transform group-hover:opacity-100',
            isOpen && 'rotate-90',
          )}
        >
          ›
        </span>
      </button>
      {isOpen && <div className="animate-appear mt-1 mb-2 ml-5 flex flex-col gap-2">{children}</div>}
    </div>
  );
}
