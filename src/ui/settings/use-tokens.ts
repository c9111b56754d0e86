import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { useTRPC } from '../live/trpc';

export type Token = inferRouterOutputs<AppRouter>['tokens']['list'][number];

/** The tokens that act in one's name, read again after each change. */
export function useTokens() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useQuery(trpc.tokens.list.queryOptions());
  const onSuccess = () => queryClient.invalidateQueries(trpc.tokens.list.pathFilter());
  const create = useMutation(trpc.tokens.create.mutationOptions({ onSuccess }));
  const revoke = useMutation(trpc.tokens.revoke.mutationOptions({ onSuccess }));
  return { list, create, revoke };
}
