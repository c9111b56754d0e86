import { useEffect, useRef } from 'react';
import { classNames } from '../kit/class-names';
import { KeyCaps } from '../kit/key-caps';
import { StatusMark } from '../live/status-mark';
import type { FoundGroup } from './find';
import type { PaletteEntry } from './palette-entry';

/** What was found, in its groups. The field above keeps the focus and says which entry is meant. */
export function PaletteList({
  id,
  groups,
  active,
  onPoint,
  onChoose,
}: {
  id: string;
  groups: FoundGroup<PaletteEntry>[];
  active: string | null;
  onPoint: (entry: PaletteEntry) => void;
  onChoose: (entry: PaletteEntry) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label="Results"
      // Safari gives an element that scrolls the focus otherwise.
      tabIndex={-1}
      className="min-h-0 flex-1 overflow-y-auto px-2 pb-2"
    >
      {groups.map(({ group, results }) => (
        <div key={group} role="group" aria-label={group}>
          <div aria-hidden className="px-2 pt-3 pb-1 text-xs font-medium text-muted">
            {group}
          </div>
          {results.map((entry) => (
            <Option
              key={entry.id}
              id={`${id}-${entry.id}`}
              entry={entry}
              isActive={entry.id === active}
              onPoint={onPoint}
              onChoose={onChoose}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function Option({
  id,
  entry,
  isActive,
  onPoint,
  onChoose,
}: {
  id: string;
  entry: PaletteEntry;
  isActive: boolean;
  onPoint: (entry: PaletteEntry) => void;
  onChoose: (entry: PaletteEntry) => void;
}) {
  const { title, aside, keys, status } = entry;
  return (
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      // Moving and not entering: a list that scrolls under a pointer at rest chooses nothing.
      onPointerMove={() => {
        if (!isActive) onPoint(entry);
      }}
      onClick={() => onChoose(entry)}
      className={classNames(
        'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 text-sm',
        isActive && 'bg-raised',
      )}
    >
      {status && <StatusMark status={status} />}
      <span className="min-w-0 truncate">{title}</span>
      {aside !== undefined && <span className="min-w-0 flex-1 truncate text-xs text-muted">{aside}</span>}
      {keys !== undefined && (
        <span className="ml-auto">
          <KeyCaps keys={keys} />
        </span>
      )}
    </div>
  );
}
