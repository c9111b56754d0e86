import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type { RepositoryId } from '@/domain/ids';
import { useTRPC } from '../live/trpc';

export type RepositoryEnvironment = inferRouterOutputs<AppRouter>['repositories']['environment'];
export type Build = RepositoryEnvironment['builds'][number];

const WHILE_BUILDING_MS = 3_000;

/** What is saved and prebuilt for a repository's sandboxes, read again after each change and while one is built. */
export function useEnvironment(repositoryId: RepositoryId) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const read = useQuery(
    trpc.repositories.environment.queryOptions(
      { repositoryId },
      {
        refetchInterval: ({ state }) =>
          state.data?.builds.some((build) => build.state === 'building') ? WHILE_BUILDING_MS : false,
      },
    ),
  );
  const onSuccess = () => queryClient.invalidateQueries(trpc.repositories.environment.pathFilter());
  const save = useMutation(trpc.repositories.setEnvironment.mutationOptions({ onSuccess }));
  const prebuild = useMutation(trpc.repositories.setPrebuild.mutationOptions({ onSuccess }));
  const rebuild = useMutation(trpc.repositories.rebuild.mutationOptions({ onSuccess }));
  return { read, save, prebuild, rebuild };
}
