import { type RefObject, useEffect, useRef } from 'react';
import { useScreenCommands } from '../kit/use-commands';

const GROUP = 'Sessions';

interface Places {
  list: RefObject<HTMLElement | null>;
  prompt: RefObject<HTMLTextAreaElement | null>;
  search: RefObject<HTMLInputElement | null>;
}

/**
 * Moves through the rows with `j` and `k`; `c` goes to the new prompt, `/` to the search, `e` archives the session of
 * the row that has the focus. Enter is the link's own.
 */
export function useRowKeys({ list, prompt, search }: Places, onArchive: (sessionId: string) => void): void {
  const row = useFocusedRow();
  const move = (by: 1 | -1) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.findIndex((candidate) => candidate === document.activeElement);
    const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
    rows[next]?.focus();
  };
  useScreenCommands([
    { id: 'session.new', title: 'New session', group: GROUP, keys: 'c', run: () => prompt.current?.focus() },
    {
      ...{ id: 'sessions.search', title: 'Search titles and prompts', group: GROUP, keys: '/' },
      isEnabled: () => search.current !== null,
      run: () => search.current?.focus(),
    },
    { id: 'rows.next', title: 'Next row', group: GROUP, keys: 'j', repeats: true, run: () => move(1) },
    {
      ...{ id: 'rows.previous', title: 'Previous row', group: GROUP, keys: 'k' },
      repeats: true,
      run: () => move(-1),
    },
    { id: 'rows.open', title: 'Open the session', group: GROUP, keys: 'Enter', run: null },
    {
      ...{ id: 'session.archive', title: 'Archive the session', group: GROUP, keys: 'e' },
      isEnabled: () => row() !== null,
      run: () => {
        const sessionId = row();
        if (sessionId !== null) onArchive(sessionId);
      },
    },
  ]);
}

/** The session of the row that has the focus, or will have it again when the palette is closed. */
function useFocusedRow(): () => string | null {
  const last = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest('dialog')) last.current = target;
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  return () => {
    const { activeElement } = document;
    const isInDialog = activeElement?.closest('dialog') != null;
    const focused = isInDialog ? last.current : activeElement;
    return focused instanceof HTMLElement ? (focused.dataset['session'] ?? null) : null;
  };
}
