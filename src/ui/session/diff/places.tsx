'use client';

import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from 'react';
import type { TurnId } from '@/domain/ids';
import { type FilePlace, readFileHash } from '../files/file-hash';
import { setFilePlace } from '../files/use-file-place';

/** A file of the change to be brought into view. A new object each time it is asked for. */
export interface DiffTarget {
  path: string;
}

/** What somebody folded or opened; kept while another panel is looked at. */
export interface ChosenFolds {
  /** In which turn's part of the change. */
  turnId: TurnId | null;
  /** For all files that are not named. */
  all: boolean | null;
  files: ReadonlyMap<string, boolean>;
}

/** What the panels beside the timeline look at, and how any other part of the screen turns them to something. */
export interface Places {
  /** Whose part of the change is shown; null for the whole. */
  turnId: TurnId | null;
  diffTarget: DiffTarget | null;
  folds: ChosenFolds | null;
  setFolds: (folds: ChosenFolds) => void;
  /** Chooses what the diff panel shows, for somebody who looks at it already. */
  chooseTurn: (turnId: TurnId | null) => void;
  /** Brings the diff panel up, with the whole change or one turn's part, at a file if one is named. */
  showDiff: (place: { turnId?: TurnId | null; path?: string }) => void;
  /** Brings the files panel up with a file, at a line if one is named. */
  showFile: (place: FilePlace) => void;
}

const PlacesContext = createContext<Places | null>(null);

/** For the parts of a session's screen. */
export function usePlaces(): Places {
  const places = use(PlacesContext);
  if (!places) throw new Error('usePlaces needs a PlacesProvider above it.');
  return places;
}

/**
 * Stands around a session's panels. `onShow` brings a panel up; an address that names a file of the repository
 * (`#file=src/a.ts:12`) does the same when the page opens.
 */
export function PlacesProvider({
  onShow,
  children,
}: {
  onShow: (panel: 'diff' | 'files') => void;
  children: ReactNode;
}) {
  const [turnId, chooseTurn] = useState<TurnId | null>(null);
  const [diffTarget, setDiffTarget] = useState<DiffTarget | null>(null);
  const [folds, setFolds] = useState<ChosenFolds | null>(null);
  const showDiff = useCallback<Places['showDiff']>(
    ({ turnId: turn = null, path }) => {
      chooseTurn(turn);
      setDiffTarget(path === undefined ? null : { path });
      onShow('diff');
    },
    [onShow],
  );
  const showFile = useCallback<Places['showFile']>(
    (place) => {
      setFilePlace(place);
      onShow('files');
    },
    [onShow],
  );
  const followAddress = useEffectEvent(() => {
    if (readFileHash(location.hash)) onShow('files');
  });
  useEffect(() => {
    const follow = () => followAddress();
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  const places = useMemo(
    () => ({ turnId, diffTarget, folds, setFolds, chooseTurn, showDiff, showFile }),
    [turnId, diffTarget, folds, showDiff, showFile],
  );
  return <PlacesContext value={places}>{children}</PlacesContext>;
}
