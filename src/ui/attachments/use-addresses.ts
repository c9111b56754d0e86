import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { BlobKey, SessionId } from '@/domain/ids';
import { useTRPC } from '../live/trpc';

/** Addresses are good for ten minutes; they are asked anew before that. */
const GOOD_MS = 8 * 60_000;

/** Where objects of a session can be read, by key; empty until the server said so. Pass the same keys, get one request. */
export function useAddresses(
  sessionId: SessionId,
  keys: readonly BlobKey[],
): { addresses: Record<string, string>; error: unknown; retry: () => void } {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.uploads.addresses.queryOptions(
      { sessionId, keys: [...keys] },
      {
        enabled: keys.length > 0,
        staleTime: GOOD_MS,
        refetchInterval: GOOD_MS,
        placeholderData: keepPreviousData,
      },
    ),
  );
  return { addresses: data ?? {}, error, retry: () => void refetch() };
}
