import { type KeyboardEvent, useDeferredValue, useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { FileSection } from './file-section';
import { NearView } from './near-view';
import { usePlaces } from './places';
import type { ShownDiff } from './use-diff';
import type { Folds } from './use-folds';
import type { TurnChoice } from './use-turns';

/** With more files than these, headings take longer to draw than a page may stand still. */
const MANY_FILES = 150;

/** The files of a change, one below the other. `j` and `k` go from one to the next. */
export function DiffFiles({
  diff,
  turns,
  folds,
}: {
  diff: ShownDiff;
  turns: readonly TurnChoice[];
  folds: Folds;
}) {
  const list = useRef<HTMLDivElement>(null);
  // Thousands of headings are drawn while the page goes on answering.
  const isLong = diff.files.length > MANY_FILES;
  const { files, patch, missing } = useDeferredValue(diff, isLong ? { ...diff, files: [] } : diff);
  const people = useMemo(() => peopleByPath(turns), [turns]);
  const { diffTarget } = usePlaces();
  const openTarget = useEffectEvent((path: string) => {
    const isThere = files.some((file) => file.path === path);
    if (isThere) folds.open(path);
    return isThere;
  });
  useEffect(() => {
    if (diffTarget && openTarget(diffTarget.path)) showSection(list.current, diffTarget.path);
  }, [diffTarget, files]);
  return (
    <NearView className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1} onKeyDown={goToFile}>
      <div ref={list}>
        {files.map((file) => (
          <FileSection
            key={file.path}
            file={file}
            patch={patch}
            people={people.get(file.path)}
            isOpen={folds.isOpen(file)}
            isKept={missing === null}
            onToggle={folds.toggle}
          />
        ))}
      </div>
    </NearView>
  );
}

/** Who asked for what was done to each file. */
function peopleByPath(turns: readonly TurnChoice[]): Map<string, TurnChoice['people']> {
  const people = new Map<string, TurnChoice['people']>();
  for (const turn of turns) {
    for (const path of turn.paths) {
      const known = people.get(path) ?? [];
      const fresh = turn.people.filter((person) => known.every(({ userId }) => userId !== person.userId));
      people.set(path, [...known, ...fresh]);
    }
  }
  return people;
}

function sectionsOf(list: Element | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-diff-file]') ?? [])];
}

function showSection(list: Element | null, path: string): void {
  const section = sectionsOf(list).find(({ dataset }) => dataset['diffFile'] === path);
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector('button')?.focus({ preventScroll: true });
}

function goToFile(event: KeyboardEvent<HTMLElement>): void {
  const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey && !event.shiftKey;
  if (!isPlain || (event.key !== 'j' && event.key !== 'k')) return;
  const sections = sectionsOf(event.currentTarget);
  const { activeElement } = document;
  const at = sections.findIndex((section) => section.contains(activeElement));
  const isOnHeading = sections[at]?.querySelector('button') === activeElement;
  // From inside of a file, back is to its own heading.
  const back = isOnHeading ? at - 1 : at;
  const target = sections[event.key === 'j' ? at + 1 : Math.max(back, 0)];
  event.preventDefault();
  event.stopPropagation();
  if (!target) return;
  target.scrollIntoView({ block: 'start' });
  target.querySelector('button')?.focus({ preventScroll: true });
}
