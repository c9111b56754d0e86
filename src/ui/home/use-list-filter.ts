import { useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { addressOf, isNarrowed, type ListFilter, NO_FILTER, readFilter } from './list-filter';

/** Results come while one types, and not for each letter. */
const TYPING_MS = 200;

export interface FilterControl {
  /** What the list is asked for. */
  filter: ListFilter;
  /** What stands in the field, which is ahead of the filter while one types. */
  typed: string;
  type: (search: string) => void;
  set: (change: Partial<ListFilter>) => void;
  clear: () => void;
  isNarrowed: boolean;
}

/** The filter of the list, kept in the page's address: a reload, a link and the way back have it again. */
export function useListFilter(): FilterControl {
  const query = useSearchParams();
  const filter = useMemo(() => readFilter(query), [query]);
  const [typed, setTyped] = useState(filter.search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [applied, setApplied] = useState(filter.search);
  // The way back, or a link, changed what is searched for: the field follows.
  if (applied !== filter.search) {
    setApplied(filter.search);
    setTyped(filter.search);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  function go(next: ListFilter): void {
    clearTimeout(timer.current);
    setApplied(next.search);
    // The address alone changes: the page is the same one and asks the server by itself.
    window.history.replaceState(null, '', addressOf(next));
  }

  return {
    filter,
    typed,
    type: (search) => {
      setTyped(search);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => go({ ...filter, search }), TYPING_MS);
    },
    set: (change) => {
      if (change.search !== undefined) setTyped(change.search);
      go({ ...filter, search: typed, ...change });
    },
    clear: () => {
      setTyped('');
      go(NO_FILTER);
    },
    isNarrowed: isNarrowed(filter),
  };
}
