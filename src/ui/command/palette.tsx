'use client';

import { type KeyboardEvent, useId, useState } from 'react';
import { flushSync } from 'react-dom';
import { Dialog } from '../kit/dialog';
import { plural } from '../kit/format';
import { find } from './find';
import type { PaletteEntry } from './palette-entry';
import { PaletteList } from './palette-list';
import { usePaletteEntries } from './use-palette-entries';

/** More than anybody reads: who does not see it types another letter. */
const SHOWN = 40;

const STEPS: Partial<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => (at === last ? 0 : at + 1),
  ArrowUp: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
  PageDown: (at, last) => Math.min(at + 8, last),
  PageUp: (at) => Math.max(at - 8, 0),
};

/** Finds whatever can be done or opened from here by a few letters of its name. */
export default function Palette({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      label="Search and commands"
      onClose={onClose}
      className="top-[10dvh] max-h-[72dvh] w-[min(40rem,calc(100vw-16px))] flex-col overflow-hidden open:flex"
    >
      <PaletteBody onClose={onClose} />
    </Dialog>
  );
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const listId = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const { entries, isPending, isFailed } = usePaletteEntries(query.trim() !== '');
  const groups = find(query, entries, SHOWN);
  const shown = groups.flatMap(({ results }) => results);
  const at = Math.min(active, Math.max(0, shown.length - 1));
  const chosen = shown[at];

  function choose(entry: PaletteEntry): void {
    // Closed first, so that the focus is back where it was before whatever is done moves it on.
    flushSync(onClose);
    entry.run();
  }

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing) return;
    const step = STEPS[event.key];
    if (event.key === 'Enter' && chosen) choose(chosen);
    else if (step && shown.length > 0) setActive(step(at, shown.length - 1));
    else return;
    event.preventDefault();
  }

  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
        aria-label="Search sessions, repositories and commands"
        placeholder="Search sessions, repositories and commands"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={press}
        className="h-11 w-full shrink-0 border-b bg-transparent px-4 text-text outline-none placeholder:text-muted"
      />
      <PaletteList
        id={listId}
        groups={groups}
        active={chosen?.id ?? null}
        onPoint={(entry) => setActive(shown.indexOf(entry))}
        onChoose={choose}
      />
      <p role="status" className="shrink-0 border-t px-4 py-1.5 text-xs text-muted">
        {shown.length === 0 ? `Nothing is called “${query.trim()}”.` : `${plural(shown.length, 'result')}.`}
        {isPending && ' Sessions are being read…'}
        {isFailed && ' Sessions could not be read; commands work.'}
      </p>
    </>
  );
}
