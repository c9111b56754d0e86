import type { ReactNode } from 'react';
import { classNames } from './class-names';
import { Mark, type MarkShape } from './mark';

type Tone = 'info' | 'ask' | 'danger';

const SHAPE = { info: 'ring', ask: 'question', danger: 'alert' } satisfies Record<Tone, MarkShape>;
const MARK_TONE = { info: 'muted', ask: 'ask', danger: 'danger' } as const satisfies Record<Tone, string>;

/** What happened, what was kept and what to do, with room for the button that does it. */
export function Notice({
  tone,
  children,
  action,
  className,
}: {
  tone: Tone;
  children: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={classNames(
        'flex items-start gap-2 rounded-md border px-3 py-2 text-sm',
        tone === 'danger' && 'border-danger/40',
        className,
      )}
    >
      <span className="mt-1">
        <Mark shape={SHAPE[tone]} tone={MARK_TONE[tone]} />
      </span>
      <div className="min-w-0 flex-1 break-words whitespace-pre-line">{children}</div>
      {action}
    </div>
  );
}
