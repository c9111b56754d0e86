import { changeOfTurn, type ChangingTurn, listChangingTurns } from '@/db/diffs';
import { newestOfKind } from '@/db/events';
import { AppError } from '@/domain/errors';
import type { BlobRef, FileChange } from '@/domain/events/session-event';
import type { SessionId, TurnId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

export interface DiffView {
  branch: string;
  baseSha: string | null;
  headSha: string | null;
  files: FileChange[];
  /**
   * Addresses in the blob store, good for some minutes. Without a patch although files are listed, it was too large
   * or did not reach the store.
   */
  patchUrl: string | null;
  /** Its size; null without one. */
  patchBytes: number | null;
  bundleUrl: string | null;
}

type Reading = Pick<Deps, 'db' | 'blobs'>;

/**
 * The session's whole change so far, against the branch that it started from; or what one turn alone changed.
 * Errors: `not_found` for a turn that changed nothing.
 */
export async function readDiff(
  deps: Reading,
  caller: Caller,
  { sessionId, turnId }: { sessionId: SessionId; turnId: TurnId | null },
): Promise<DiffView> {
  const { branch } = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const none = { branch, baseSha: null, headSha: null, files: [], ...NO_PATCH, bundleUrl: null };
  if (turnId === null) {
    const diff = await newestOfKind(deps.db, sessionId, 'diff.changed');
    if (!diff) return none;
    const { baseSha, headSha, files, patch, bundle } = diff;
    const bundleUrl = bundle && deps.blobs.downloadUrl(bundle.key);
    return { branch, baseSha, headSha, files, ...patchOf(deps, patch), bundleUrl };
  }
  const turn = await changeOfTurn(deps.db, sessionId, turnId);
  if (!turn) throw new AppError('not_found', 'This turn changed no file.');
  const { headSha, turnFiles: files, turnPatch } = turn;
  return { ...none, headSha, files, ...patchOf(deps, turnPatch) };
}

const NO_PATCH = { patchUrl: null, patchBytes: null };

function patchOf({ blobs }: Reading, patch: BlobRef | null): Pick<DiffView, 'patchUrl' | 'patchBytes'> {
  return patch ? { patchUrl: blobs.downloadUrl(patch.key), patchBytes: patch.sizeBytes } : NO_PATCH;
}

/** A turn as the choice of turns shows it. */
export interface TurnChoice extends Omit<ChangingTurn, 'files'> {
  fileCount: number;
  additions: number;
  deletions: number;
  /** The first of the files that it changed. */
  paths: string[];
}

const MAX_PATHS = 300;

/** The turns that changed something, oldest first, so that a change can be seen turn by turn. */
export async function listTurns(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  sessionId: SessionId,
): Promise<TurnChoice[]> {
  await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const turns = await listChangingTurns(deps.db, sessionId);
  return turns.map(({ files, ...turn }) => ({
    ...turn,
    fileCount: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    paths: files.slice(0, MAX_PATHS).map(({ path }) => path),
  }));
}
