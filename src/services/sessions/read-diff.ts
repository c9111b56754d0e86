import { newestOfKind } from '@/db/events';
import type { FileChange } from '@/domain/events/session-event';
import type { SessionId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { authorizeSession } from './authorize-session';

export interface DiffView {
  branch: string;
  baseSha: string | null;
  headSha: string | null;
  files: FileChange[];
  /** Addresses in the blob store, good for some minutes; null when nothing was changed yet. */
  patchUrl: string | null;
  bundleUrl: string | null;
}

/** The session's whole change so far, against the branch that it started from. */
export async function readDiff(
  deps: Pick<Deps, 'db' | 'blobs'>,
  caller: Caller,
  sessionId: SessionId,
): Promise<DiffView> {
  const { branch } = await authorizeSession(deps, { caller, sessionId, right: 'see' });
  const diff = await newestOfKind(deps.db, sessionId, 'diff.changed');
  if (!diff) return { branch, baseSha: null, headSha: null, files: [], patchUrl: null, bundleUrl: null };
  const { baseSha, headSha, files, patch, bundle } = diff;
  return {
    ...{ branch, baseSha, headSha, files },
    patchUrl: patch ? deps.blobs.downloadUrl(patch.key) : null,
    bundleUrl: bundle ? deps.blobs.downloadUrl(bundle.key) : null,
  };
}
