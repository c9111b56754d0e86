import { useDeferredValue, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { Button } from '../kit/button';
import { useTRPC } from '../live/trpc';
import { Loaded } from './loaded';

type Hosted = inferRouterOutputs<AppRouter>['repositories']['hosted'];

/** What the GitHub App was given and one may read there, to be added to one's team. Nothing where there is no App. */
export function HostedRepositories({ known }: { known: ReadonlySet<string> }) {
  const trpc = useTRPC();
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const hosted = useQuery(trpc.repositories.hosted.queryOptions({ search: wanted }));
  if (hosted.data?.installUrl === null) return null;
  return (
    <section aria-labelledby="at-github">
      <h2 id="at-github" className="font-semibold">
        At GitHub
      </h2>
      <p className="mt-1 max-w-prose text-sm text-muted">
        What the GitHub App may read and you may see there. Private ones are read with a token for that one
        repository, made when it is needed.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <input
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          placeholder="Search by name"
          aria-label="Search repositories at GitHub"
          className="min-h-9 w-full rounded-md border border-line-strong bg-surface px-2 text-sm sm:w-72"
        />
        {hosted.data && (
          <a href={hosted.data.installUrl} className="text-sm text-accent underline underline-offset-2">
            Give the App more repositories
          </a>
        )}
      </div>
      <div className="mt-3">
        <Loaded query={hosted} lines={3} failure="GitHub could not be asked for your repositories.">
          {(answer) => <HostedList answer={answer} known={known} isSearch={wanted.trim() !== ''} />}
        </Loaded>
      </div>
    </section>
  );
}

function HostedList({
  answer: { repositories },
  known,
  isSearch,
}: {
  answer: Hosted;
  known: ReadonlySet<string>;
  isSearch: boolean;
}) {
  if (repositories.length === 0) {
    return (
      <p className="text-sm text-muted">
        {isSearch ? 'None that you may see has such a name.' : 'The App has none yet that you may see.'}
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line rounded-md border border-line bg-surface">
      {repositories.map((repository) => (
        <HostedRow key={repository.fullName} repository={repository} isKnown={known.has(repository.url)} />
      ))}
    </ul>
  );
}

function HostedRow({
  repository: { fullName, isPrivate, url },
  isKnown,
}: {
  repository: Hosted['repositories'][number];
  isKnown: boolean;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const add = useMutation(
    trpc.repositories.resolve.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.repositories.list.queryKey() }),
    }),
  );
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <span className="min-w-0 flex-1 font-mono text-sm break-words">{fullName}</span>
      <span className="text-xs text-muted">{isPrivate ? 'private' : 'public'}</span>
      {isKnown ? (
        <span className="text-xs text-muted">added</span>
      ) : (
        <Button
          disabled={add.isPending}
          aria-label={`Add ${fullName}`}
          onClick={() => add.mutate({ address: url })}
        >
          Add
        </Button>
      )}
      {add.error && (
        <p role="alert" className="w-full text-sm text-danger">
          {add.error.message}
        </p>
      )}
    </li>
  );
}
