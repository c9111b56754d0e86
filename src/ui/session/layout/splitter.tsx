import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { SHARE } from './panel-layout';

const STEP_PERCENT = 2;
const LEAP_PERCENT = 10;

/** The line at the left edge of the side panel, next to the timeline: dragged, or moved with the arrow keys. */
export function Splitter({
  sharePercent,
  onShare,
}: {
  /** How much of the width is right of it. */
  sharePercent: number;
  onShare: (percent: number) => void;
}) {
  const line = useRef<HTMLDivElement>(null);

  function drag({ clientX, pointerId }: PointerEvent<HTMLDivElement>): void {
    const box = line.current?.parentElement?.parentElement?.getBoundingClientRect();
    if (!box || !line.current?.hasPointerCapture(pointerId)) return;
    onShare(((box.right - clientX) / box.width) * 100);
  }

  function press(event: KeyboardEvent<HTMLDivElement>): void {
    const step = event.shiftKey ? LEAP_PERCENT : STEP_PERCENT;
    const next: Readonly<Record<string, number>> = {
      ArrowLeft: sharePercent + step,
      ArrowRight: sharePercent - step,
      Home: SHARE.max,
      End: SHARE.min,
      Enter: SHARE.default,
    };
    const percent = next[event.key];
    if (percent === undefined) return;
    event.preventDefault();
    onShare(percent);
  }

  return (
    <div
      ref={line}
      role="separator"
      tabIndex={0}
      aria-label="Width of the side panel"
      aria-orientation="vertical"
      aria-controls="side-panel"
      aria-valuemin={SHARE.min}
      aria-valuemax={SHARE.max}
      aria-valuenow={Math.round(sharePercent)}
      aria-valuetext={`${Math.round(sharePercent)} percent`}
      title="Drag, or use the arrow keys. Double click for the usual width"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
      }}
      onPointerMove={drag}
      onDoubleClick={() => onShare(SHARE.default)}
      onKeyDown={press}
      className="absolute inset-y-0 -left-1 z-10 hidden w-2 cursor-col-resize touch-none after:absolute after:inset-y-0 after:left-1 after:w-px after:bg-line hover:after:bg-accent focus-visible:after:w-0.5 focus-visible:after:bg-accent md:block"
    />
  );
}
