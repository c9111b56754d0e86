import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type { FileChange } from '@/domain/events/session-event';
import type { SessionId, TurnId } from '@/domain/ids';
import { useTRPCClient } from '../../live/trpc';
import { indexPatch, type PatchFile } from './patch-index';

export type DiffOutput = inferRouterOutputs<AppRouter>['diff']['get'];

/** A larger patch is downloaded, not shown: a tab would hold its text several times over. */
const MAX_SHOWN_BYTES = 20 * 1024 * 1024;
/** Patches that nobody looks at any more are soon forgotten: there is a new one after each turn. */
const KEEP_MS = 30_000;

/** A change as the panel shows it. */
export interface ShownDiff {
  headSha: string | null;
  files: PatchFile[];
  /** What `start` and `end` of the files point into. */
  patch: string;
  /** Why there are no lines to show, although files changed. */
  missing: 'too large' | 'not kept' | null;
}

/**
 * The session's whole change, or one turn's part of it. Read again when `headSha` says that the whole became another
 * one; what was shown before stays until then.
 */
export function useDiff(
  sessionId: SessionId,
  { turnId, headSha }: { turnId: TurnId | null; headSha: string | null },
) {
  const client = useTRPCClient();
  return useQuery({
    queryKey: ['diff', sessionId, turnId, turnId === null ? headSha : null],
    queryFn: async ({ signal }) => {
      const diff = await client.diff.get.query({ sessionId, turnId }, { signal });
      return readDiff(diff, signal);
    },
    placeholderData: (before, query) => (query?.queryKey[2] === turnId ? before : undefined),
    // One head is one change, for good.
    staleTime: Infinity,
    gcTime: KEEP_MS,
    structuralSharing: false,
  });
}

async function readDiff(
  { files, headSha, patchUrl, patchBytes }: DiffOutput,
  signal: AbortSignal,
): Promise<ShownDiff> {
  const listed = files.map(withoutLines);
  if (patchUrl === null) {
    return { headSha, files: listed, patch: '', missing: files.length > 0 ? 'not kept' : null };
  }
  if ((patchBytes ?? 0) > MAX_SHOWN_BYTES) return { headSha, files: listed, patch: '', missing: 'too large' };
  const response = await fetch(patchUrl, { signal });
  if (!response.ok) throw new Error(`The blob store answered ${response.status}.`);
  const patch = await response.text();
  return { headSha, files: await indexPatch(patch, signal), patch, missing: null };
}

/** What the log itself says of a file. */
function withoutLines({ path, status, additions, deletions, binary }: FileChange): PatchFile {
  return {
    ...{ path, oldPath: null, status, isBinary: binary, modes: null, special: null },
    ...{ additions, deletions, lines: 0, digits: 1, start: 0, end: 0 },
  };
}
