import { useQuery } from '@tanstack/react-query';
import type { SessionId } from '@/domain/ids';
import type { TimelineItem } from '@/domain/timeline/items';
import { useTRPCClient } from '../../live/trpc';
import { parsePatch } from './parse-patch';

/** The session's whole change so far. It is read again when the log says that it became another one. */
export function useDiff(sessionId: SessionId, items: readonly TimelineItem[]) {
  const client = useTRPCClient();
  const newest = items.findLast((item) => item.type === 'diff');
  return useQuery({
    queryKey: ['diff', sessionId, newest?.headSha ?? null],
    queryFn: async ({ signal }) => {
      const { patchUrl, files } = await client.diff.get.query({ sessionId });
      if (patchUrl === null) return { files, patch: [] };
      const response = await fetch(patchUrl, { signal });
      if (!response.ok) throw new Error(`The blob store answered ${response.status}.`);
      return { files, patch: parsePatch(await response.text()) };
    },
    placeholderData: (before) => before,
    // One head is one change, for good.
    staleTime: Infinity,
  });
}
