import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type { SessionId } from '@/domain/ids';
import { useTRPCClient } from '../../live/trpc';

export type TurnChoice = inferRouterOutputs<AppRouter>['diff']['turns'][number];

/** The turns that changed something, oldest first; read again when there is a new head. */
export function useTurns(sessionId: SessionId, headSha: string | null): readonly TurnChoice[] {
  const client = useTRPCClient();
  const { data } = useQuery({
    queryKey: ['diff turns', sessionId, headSha],
    queryFn: ({ signal }) => client.diff.turns.query({ sessionId }, { signal }),
    enabled: headSha !== null,
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  return data ?? NONE;
}

const NONE: readonly TurnChoice[] = [];
