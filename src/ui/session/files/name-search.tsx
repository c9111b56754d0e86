import { type KeyboardEvent, useDeferredValue, useId, useMemo, useRef } from 'react';
import type { SessionId } from '@/domain/ids';
import { wordsOf } from '../../live/failure';
import { visibleCode } from '../diff/visible-code';
import { findNames } from './find-names';
import { useNames, useRefresh } from './use-files';

/** Finds files by their names. Down goes into the list, Enter opens the first. */
export function NameSearch({
  sessionId,
  revision,
  wanted,
  onWanted,
  open,
}: {
  sessionId: SessionId;
  revision: string;
  wanted: string;
  onWanted: (wanted: string) => void;
  open: (path: string) => void;
}) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const { data, error } = useNames({ sessionId, revision }, wanted !== '');
  const refresh = useRefresh(sessionId);
  const late = useDeferredValue(wanted);
  const found = useMemo(() => findNames(data?.paths ?? [], late), [data, late]);
  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Escape') onWanted('');
    else if (event.key === 'ArrowDown') list.current?.querySelector('button')?.focus();
    else if (event.key === 'Enter' && found[0] !== undefined) open(found[0]);
    else return;
    event.preventDefault();
  }
  return (
    <>
      <div className="flex h-9 shrink-0 items-center gap-1 border-b pr-2 pl-3">
        <input
          type="search"
          aria-label="Find a file by its name"
          aria-controls={wanted === '' ? undefined : id}
          placeholder="Find a file"
          value={wanted}
          onChange={(event) => onWanted(event.target.value)}
          onKeyDown={press}
          className="h-7 min-w-0 flex-1 bg-transparent text-sm outline-offset-2 placeholder:text-muted"
        />
        <button
          type="button"
          onClick={refresh}
          title="Read the files again"
          className="h-6 shrink-0 rounded-md px-2 text-xs text-muted hover:bg-raised hover:text-text"
        >
          Refresh
        </button>
      </div>
      {wanted !== '' && (
        <div className="min-h-0 flex-1 overflow-y-auto py-1">
          <ul ref={list} id={id} aria-label="Files found" onKeyDown={moveInList}>
            {found.map((path) => (
              <Found key={path} path={path} onOpen={() => open(path)} />
            ))}
          </ul>
          <p role="status" className="px-3 py-1 text-sm text-muted">
            {error
              ? wordsOf(error)
              : remarkOn({ isReading: !data, isCut: data?.isCut ?? false, count: found.length })}
          </p>
        </div>
      )}
    </>
  );
}

function remarkOn({
  isReading,
  isCut,
  count,
}: {
  isReading: boolean;
  isCut: boolean;
  count: number;
}): string {
  if (isReading) return 'Reading…';
  const cut = isCut ? ' The repository has more files than can be searched.' : '';
  return `${count === 0 ? 'No file has that in its name.' : ''}${cut}`;
}

function Found({ path, onOpen }: { path: string; onOpen: () => void }) {
  const shown = visibleCode(path);
  const at = shown.lastIndexOf('/') + 1;
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        title={shown}
        className="flex w-full px-3 py-0.5 text-left text-sm hover:bg-raised"
      >
        <span className="min-w-0 shrink-[1000] truncate whitespace-pre text-muted">{shown.slice(0, at)}</span>
        <span className="min-w-0 truncate whitespace-pre">{shown.slice(at)}</span>
      </button>
    </li>
  );
}

function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  event.preventDefault();
  buttons[at + step]?.focus();
}
