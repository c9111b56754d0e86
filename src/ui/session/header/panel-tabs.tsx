import { classNames } from '../../kit/class-names';

export type PanelName = 'timeline' | 'diff';

const NAMES = { timeline: 'Timeline', diff: 'Change' } satisfies Record<PanelName, string>;

/** Where there is no room for panels side by side, one is chosen here. */
export function PanelTabs({ panel, onPanel }: { panel: PanelName; onPanel: (panel: PanelName) => void }) {
  const names = Object.keys(NAMES) as PanelName[]; // an object literal's keys are its type's
  return (
    <div role="tablist" aria-label="Panels" className="flex border-b bg-surface px-2 lg:hidden">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={panel === name}
          onClick={() => onPanel(name)}
          className={classNames(
            '-mb-px border-b-2 px-3 py-1.5 text-sm',
            panel === name ? 'border-text font-medium' : 'border-transparent text-muted',
          )}
        >
          {NAMES[name]}
        </button>
      ))}
    </div>
  );
}
