import { useSyncExternalStore } from 'react';
import { useKeptText } from '../../kit/use-kept-text';

/** Below this, two columns of code leave no room for the code. */
const WIDE = '(min-width: 768px)';

function subscribe(listener: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** How somebody likes to read changes, in this browser. */
export interface DiffLook {
  /** Two columns are possible at all. */
  canSplit: boolean;
  isSplit: boolean;
  isWrapped: boolean;
  setSplit: (isSplit: boolean) => void;
  setWrapped: (isWrapped: boolean) => void;
}

export function useDiffLook(): DiffLook {
  const [view, setView] = useKeptText('dispatch:diff-view');
  const [lines, setLines] = useKeptText('dispatch:diff-lines');
  const canSplit = useSyncExternalStore(
    subscribe,
    () => matchMedia(WIDE).matches,
    () => true,
  );
  return {
    canSplit,
    isSplit: canSplit && view === 'split',
    isWrapped: lines !== 'long',
    setSplit: (isSplit) => setView(isSplit ? 'split' : ''),
    setWrapped: (isWrapped) => setLines(isWrapped ? '' : 'long'),
  };
}
