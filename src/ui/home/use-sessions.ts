import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useMemo } from 'react';
import type { AppRouter } from '@/api/root';
import { useTRPC } from '../live/trpc';
import { useTeamChanges } from '../live/use-team-changes';
import { groupSessions } from './group-sessions';

export type ListedSession = inferRouterOutputs<AppRouter>['sessions']['list'][number];

/** The sessions of the person's teams, in groups. The list is read again when the server tells of a change. */
export function useSessions() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(trpc.sessions.list.queryOptions());
  useTeamChanges(() => {
    void queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
  });
  const groups = useMemo(() => groupSessions(data ?? []), [data]);
  return { groups, error, isPending, isFirstUse: data?.length === 0, refetch };
}
