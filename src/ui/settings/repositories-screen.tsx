'use client';

import { useQuery } from '@tanstack/react-query';
import { TabTitle } from '../kit/tab-title';
import { useTRPC } from '../live/trpc';
import { HostedRepositories } from './hosted-repositories';
import { Loaded } from './loaded';
import { RepositorySection } from './repository-section';

/** What Dispatch knows of each repository of one's teams, and what the repository tells the agent. */
export function RepositoriesScreen() {
  const trpc = useTRPC();
  const repositories = useQuery(trpc.repositories.list.queryOptions());
  return (
    <>
      <TabTitle title="Repositories · Settings" />
      <h1 className="text-xl font-semibold">Repositories</h1>
      <HostedRepositories known={new Set(repositories.data?.map(({ url }) => url))} />
      <Loaded query={repositories} lines={4} failure="Your repositories could not be read.">
        {(list) =>
          list.length === 0 ? (
            <p className="max-w-prose text-muted">
              Your teams have no repository yet. Choose “Other repository…” when you start a session: a git
              address, or on your own machine a folder.
            </p>
          ) : (
            <div className="flex flex-col gap-8">
              {list.map((repository) => (
                <RepositorySection key={repository.id} repository={repository} />
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}
