import { classNames } from './class-names';

export type MarkShape = 'dot' | 'ring' | 'question' | 'alert' | 'check' | 'cross' | 'dash' | 'half';
export type MarkTone = 'live' | 'ask' | 'ok' | 'danger' | 'muted';

const PATHS = {
  dot: <circle cx="6" cy="6" r="3.5" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  half: (
    <>
      <circle cx="6" cy="6" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 2.75a3.25 3.25 0 0 1 0 6.5Z" fill="currentColor" />
    </>
  ),
  question: (
    <path
      d="M3.9 4.1a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.5M6 9.6v.1"
      {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.7, strokeLinecap: 'round' }}
    />
  ),
  alert: (
    <path
      d="M6 2v4.6M6 9.6v.1"
      {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.8, strokeLinecap: 'round' }}
    />
  ),
  check: (
    <path
      d="m2.5 6.4 2.4 2.3 4.6-5.2"
      {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' }}
    />
  ),
  cross: (
    <path
      d="m3 3 6 6M9 3 3 9"
      {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' }}
    />
  ),
  dash: (
    <path
      d="M3 6h6"
      {...{ fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' }}
    />
  ),
} satisfies Record<MarkShape, React.ReactNode>;

const TONES = {
  live: 'text-live',
  ask: 'text-ask',
  ok: 'text-ok',
  danger: 'text-danger',
  muted: 'text-muted',
} satisfies Record<MarkTone, string>;

/** A small sign of a state. A word always stands beside it, so it is hidden from screen readers. */
export function Mark({
  shape,
  tone,
  isMoving = false,
}: {
  shape: MarkShape;
  tone: MarkTone;
  isMoving?: boolean;
}) {
  return (
    <svg
      viewBox="0 0 12 12"
      aria-hidden
      className={classNames('size-3 shrink-0', TONES[tone], isMoving && 'animate-live')}
    >
      {PATHS[shape]}
    </svg>
  );
}
