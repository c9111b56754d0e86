import { useMemo } from 'react';
import type { PatchFile } from './patch-index';
import { type ChosenFolds, usePlaces } from './places';

/** A file with more changed lines is folded at first. */
const FOLDED_ABOVE_LINES = 400;

/** Which files are open: until somebody says otherwise, those that are not long. */
export interface Folds {
  isOpen: (file: PatchFile) => boolean;
  toggle: (file: PatchFile) => void;
  /** Opens a file, as a link to it does. */
  open: (path: string) => void;
  setAll: (isOpen: boolean) => void;
  /** Every file that can be open is. */
  isAllOpen: boolean;
}

export function useFolds(files: readonly PatchFile[]): Folds {
  const { turnId, folds, setFolds } = usePlaces();
  return useMemo(() => {
    // Another turn's part is another change, in which nobody folded anything yet.
    const chosen: ChosenFolds = folds?.turnId === turnId ? folds : { turnId, all: null, files: new Map() };
    const isOpen = (file: PatchFile) => chosen.files.get(file.path) ?? chosen.all ?? isShort(file);
    const set = (path: string, value: boolean) =>
      setFolds({ ...chosen, files: new Map(chosen.files).set(path, value) });
    return {
      isOpen,
      toggle: (file) => set(file.path, !isOpen(file)),
      open: (path) => set(path, true),
      setAll: (all) => setFolds({ turnId, all, files: new Map() }),
      isAllOpen: files.every(isOpen),
    };
  }, [files, folds, setFolds, turnId]);
}

function isShort({ additions, deletions, isBinary }: PatchFile): boolean {
  return !isBinary && additions + deletions <= FOLDED_ABOVE_LINES;
}
