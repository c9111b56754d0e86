import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type { SessionId } from '@/domain/ids';
import { useTRPCClient } from '../../live/trpc';

type Outputs = inferRouterOutputs<AppRouter>['files'];
export type FolderEntry = Outputs['tree']['entries'][number];
export type FileContent = Outputs['read'];

/** What was read is shown again at once, and read anew behind that. */
const FRESH_MS = 2_000;
/** Contents are large. */
const KEEP_MS = 60_000;
const KEY = 'files';

/** Whose files, as of when. */
interface Reading {
  sessionId: SessionId;
  /** Another one when the files may have become others. */
  revision: string;
}

/** What becomes of each folder that is asked for. */
export interface Folder {
  entries: readonly FolderEntry[] | null;
  isCut: boolean;
  error: Error | null;
}

/** The entries of these folders, by path. */
export function useFolders(
  { sessionId, revision }: Reading,
  paths: readonly string[],
): ReadonlyMap<string, Folder> {
  const client = useTRPCClient();
  return useQueries({
    queries: paths.map((path) => ({
      queryKey: [KEY, sessionId, 'tree', path, revision],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.files.tree.query({ sessionId, path }, { signal }),
      placeholderData: (before: Outputs['tree'] | undefined) => before,
      staleTime: FRESH_MS,
    })),
    combine: (results) =>
      new Map(
        results.map(({ data, error }, at) => [
          paths[at] ?? '',
          { entries: data?.entries ?? null, isCut: data?.isCut ?? false, error },
        ]),
      ),
  });
}

export function useFile({ sessionId, revision }: Reading, path: string) {
  const client = useTRPCClient();
  return useQuery({
    queryKey: [KEY, sessionId, 'file', path, revision],
    queryFn: ({ signal }) => client.files.read.query({ sessionId, path }, { signal }),
    placeholderData: (before) => before,
    staleTime: FRESH_MS,
    gcTime: KEEP_MS,
  });
}

/** The paths of all files, once somebody looks for one. */
export function useNames({ sessionId, revision }: Reading, isWanted: boolean) {
  const client = useTRPCClient();
  return useQuery({
    queryKey: [KEY, sessionId, 'names', revision],
    queryFn: ({ signal }) => client.files.names.query({ sessionId }, { signal }),
    enabled: isWanted,
    placeholderData: (before) => before,
    staleTime: FRESH_MS,
    gcTime: KEEP_MS,
  });
}

/** Reads again whatever is shown of a session's files. */
export function useRefresh(sessionId: SessionId): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: [KEY, sessionId] });
}
