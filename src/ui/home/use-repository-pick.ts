import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { RepositoryId } from '@/domain/ids';
import { useKeptText } from '../kit/use-kept-text';
import { useTRPC, useTRPCClient } from '../live/trpc';

export interface RepositoryPick {
  repositoryId: RepositoryId;
  /** Null for the repository's default. */
  branch: string | null;
}

/** Which repository and branch a new session starts from: the last ones used, any that the team has, or a new one. */
export function useRepositoryPick() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { data: repositories = [], isPending } = useQuery(trpc.repositories.list.queryOptions());
  const [lastId, setLastId] = useKeptText('dispatch:repository');
  const [branch, setBranch] = useState<string | null>(null);
  const picked = repositories.find(({ id }) => id === lastId) ?? repositories[0];

  const address = picked?.url ?? '';
  const { data: resolved, error: branchesError } = useQuery({
    queryKey: ['branches', address],
    queryFn: () => client.repositories.resolve.mutate({ address }),
    enabled: address !== '',
  });

  const add = useMutation(
    trpc.repositories.resolve.mutationOptions({
      onSuccess: async ({ repository }) => {
        await queryClient.invalidateQueries(trpc.repositories.list.pathFilter());
        pick(repository.id);
      },
    }),
  );

  function pick(id: string): void {
    setLastId(id);
    setBranch(null);
  }

  return {
    ...{ repositories, picked, isPending, pick, setBranch, add, branchesError },
    branches: resolved?.branches ?? [],
    branch: branch ?? picked?.defaultBranch ?? '',
    value: picked ? { repositoryId: RepositoryId.parse(picked.id), branch } : null,
  };
}
