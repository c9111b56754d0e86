import { type KeyboardEvent, useRef } from 'react';
import { classNames } from '../../kit/class-names';
import { PANEL_WORDS, type PanelName } from './panel-name';

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Tabs of panels: one stop for the Tab key, arrows within. */
export function PanelTabs<T extends PanelName>({
  panels,
  shown,
  onShow,
  className,
}: {
  panels: readonly T[];
  shown: T | null;
  onShow: (panel: T) => void;
  className?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  function press(event: KeyboardEvent<HTMLDivElement>): void {
    const at = panels.findIndex((panel) => panel === shown);
    const next = STEPS[event.key]?.(Math.max(0, at), panels.length);
    const panel = next === undefined ? undefined : panels[next];
    if (panel === undefined || next === undefined) return;
    event.preventDefault();
    onShow(panel);
    list.current?.querySelectorAll('button')[next]?.focus();
  }
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Panels"
      onKeyDown={press}
      className={classNames('flex min-w-0 overflow-x-auto px-1 [scrollbar-width:none] md:px-2', className)}
    >
      {panels.map((panel, at) => (
        <button
          key={panel}
          type="button"
          role="tab"
          aria-selected={panel === shown}
          tabIndex={panel === shown || (shown === null && at === 0) ? 0 : -1}
          onClick={() => onShow(panel)}
          className={classNames(
            'shrink-0 border-b-2 px-2 py-1.5 text-sm -outline-offset-2 md:px-2.5',
            panel === shown ? 'border-text font-medium' : 'border-transparent text-muted hover:text-text',
          )}
        >
          {PANEL_WORDS[panel].label}
        </button>
      ))}
    </div>
  );
}
