import { useMemo, useState } from 'react';
import type { TurnId } from '@/domain/ids';
import type { PatchFile } from './patch-index';

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

interface Chosen {
  turnId: TurnId | null;
  /** For all files that are not named. */
  all: boolean | null;
  files: ReadonlyMap<string, boolean>;
}

export function useFolds(files: readonly PatchFile[], turnId: TurnId | null): Folds {
  const [kept, setChosen] = useState<Chosen>({ turnId, all: null, files: new Map() });
  return useMemo(() => {
    // Another turn's part is another change, in which nobody folded anything yet.
    const chosen = kept.turnId === turnId ? kept : { turnId, all: null, files: new Map<string, boolean>() };
    const isOpen = (file: PatchFile) => chosen.files.get(file.path) ?? chosen.all ?? isShort(file);
    const set = (path: string, value: boolean) =>
      setChosen({ ...chosen, files: new Map(chosen.files).set(path, value) });
    return {
      isOpen,
      toggle: (file) => set(file.path, !isOpen(file)),
      open: (path) => set(path, true),
      setAll: (all) => setChosen({ turnId, all, files: new Map() }),
      isAllOpen: files.every(isOpen),
    };
  }, [files, kept, turnId]);
}

function isShort({ additions, deletions, isBinary }: PatchFile): boolean {
  return !isBinary && additions + deletions <= FOLDED_ABOVE_LINES;
}
