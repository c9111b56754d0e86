import { useMemo, useSyncExternalStore } from 'react';
import { fileHash, type FilePlace, readFileHash } from './file-hash';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('hashchange', listener);
  };
}

/** The file that the page's address names: what the files panel shows, so that it can be linked to. */
export function useFilePlace(): FilePlace | null {
  const hash = useSyncExternalStore(
    subscribe,
    () => location.hash,
    () => '',
  );
  return useMemo(() => readFileHash(hash), [hash]);
}

/** Puts a file into the page's address, or takes it out. It is no step in the browser's history. */
export function setFilePlace(place: FilePlace | null): void {
  if (place === null && readFileHash(location.hash) === null) return;
  const { pathname, search } = location;
  history.replaceState(history.state, '', `${pathname}${search}${place ? fileHash(place) : ''}`);
  for (const listener of [...listeners]) listener();
}
