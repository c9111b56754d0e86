import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { useState } from 'react';
import { RepositoryId } from '@/domain/ids';
import { NO_PREFERENCES } from '@/domain/preferences';
import { useKeptText } from '../kit/use-kept-text';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { type Choices, type KeptChoices, readChoices, resolveChoices } from './kept-choices';

/** What a new session starts on and with. */
export interface StartWith extends Choices {
  repositoryId: RepositoryId;
}

/** How long a repository's branches are taken for known. */
const BRANCHES_FRESH_MS = 60_000;

/**
 * The repository, branch, model and effort of a new session. What one chose is remembered: the repository for the next
 * session, the rest for the next one on the same repository.
 */
export function useStartChoices() {
  const trpc = useTRPC();
  const { data: preferences = NO_PREFERENCES } = useQuery(trpc.preferences.get.queryOptions());
  const { data: models = NO_MODELS, error: modelsError } = useQuery(trpc.models.list.queryOptions());
  const { repositories, picked, pick, add } = useRepositories(preferences.repositoryId);
  const { url, defaultBranch, id } = picked ?? NO_REPOSITORY;
  const [keptText, keep] = useKeptText(`dispatch:choices:${id}`);
  const kept = readChoices(keptText);
  const { branches, error: branchesError } = useBranches(url);
  const choices = resolveChoices(kept, { branches, defaultBranch, models, preferences });
  return {
    ...{ repositories, picked, pick, add, models, choices },
    error: branchesError ?? modelsError,
    // The branch that is chosen is offered whether its repository answered or not.
    branches: branches.length === 0 && choices.branch !== '' ? [choices.branch] : branches,
    choose: (change: KeptChoices) => keep(JSON.stringify({ ...kept, ...change })),
    value: picked ? { repositoryId: RepositoryId.parse(picked.id), ...choices } : null,
  };
}

const NO_MODELS: inferRouterOutputs<AppRouter>['models']['list'] = [];
const NO_REPOSITORY = { id: '', url: '', defaultBranch: '' };

/** The team's repositories, and the one that a session starts on: chosen now, preferred, or used last. */
function useRepositories(preferredId: string | null) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: repositories = [] } = useQuery(trpc.repositories.list.queryOptions());
  const [lastId, setLastId] = useKeptText('dispatch:repository');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const wanted = [chosenId, preferredId, lastId].map((id) =>
    repositories.find((repository) => repository.id === id),
  );
  const picked = wanted.find((repository) => repository !== undefined) ?? repositories[0];
  function pick(id: string): void {
    setChosenId(id);
    setLastId(id);
  }
  const add = useMutation(
    trpc.repositories.resolve.mutationOptions({
      onSuccess: async ({ repository }) => {
        await queryClient.invalidateQueries(trpc.repositories.list.pathFilter());
        pick(repository.id);
      },
    }),
  );
  return { repositories, picked, pick, add };
}

const NONE: string[] = [];

/** The branches of a repository, as its host says now. */
function useBranches(address: string): { branches: string[]; error: Error | null } {
  const client = useTRPCClient();
  const { data, error } = useQuery({
    queryKey: ['branches', address],
    queryFn: () => client.repositories.resolve.mutate({ address }),
    enabled: address !== '',
    staleTime: BRANCHES_FRESH_MS,
  });
  return { branches: data?.branches ?? NONE, error };
}
