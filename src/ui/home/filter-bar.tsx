import { useQuery } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { RepositoryId, UserId } from '@/domain/ids';
import { ListState } from '@/domain/wire/session-row';
import { Button } from '../kit/button';
import { plural } from '../kit/format';
import { Select } from '../kit/select';
import { useMe } from '../live/live-provider';
import { useTRPC } from '../live/trpc';
import type { FilterControl } from './use-list-filter';

const ANY = '';
const STATES = {
  needs_you: 'Needs you',
  running: 'Running',
  recent: 'Recent',
  archived: 'Archived',
} as const satisfies Record<ListState, string>;

/** Narrows the list: by words, by repository, by person and by state. */
export function FilterBar({
  control: { filter, typed, type, set, clear, isNarrowed },
  searchRef,
  waiting,
  onRelease,
}: {
  control: FilterControl;
  searchRef: RefObject<HTMLInputElement | null>;
  /** How many sessions wait for their place while the list is held. */
  waiting: number;
  onRelease: () => void;
}) {
  const trpc = useTRPC();
  const { person } = useMe();
  const { data: repositories = [] } = useQuery(trpc.repositories.list.queryOptions());
  const { data: colleagues = [] } = useQuery(trpc.teams.colleagues.queryOptions());
  const others = colleagues.filter(({ userId }) => userId !== person.id);
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <input
        ref={searchRef}
        type="search"
        aria-label="Search titles and prompts"
        placeholder="Search titles and prompts"
        value={typed}
        maxLength={200}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (typed === '') event.currentTarget.blur();
          else set({ search: '' });
          event.preventDefault();
        }}
        className="h-7 min-w-40 flex-1 basis-full rounded-md border bg-surface px-2 text-sm placeholder:text-muted sm:basis-40"
      />
      <Select
        label="Filter by state"
        value={filter.state ?? ANY}
        options={[
          { value: ANY, label: 'Every state' },
          ...ListState.options.map((state) => ({ value: state, label: STATES[state] })),
        ]}
        onChange={(state) => set({ state: ListState.safeParse(state).data ?? null })}
      />
      <Select
        label="Filter by repository"
        value={filter.repositoryId ?? ANY}
        options={[
          { value: ANY, label: 'Every repository' },
          ...repositories.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(id) => set({ repositoryId: RepositoryId.safeParse(id).data ?? null })}
      />
      <Select
        label="Filter by person"
        value={filter.personId ?? ANY}
        options={[
          { value: ANY, label: 'Everybody' },
          { value: person.id, label: 'You' },
          ...others.map(({ userId, name }) => ({ value: userId, label: name })),
        ]}
        onChange={(id) => set({ personId: UserId.safeParse(id).data ?? null })}
      />
      {isNarrowed && (
        <Button size="small" variant="quiet" onClick={clear}>
          Show all
        </Button>
      )}
      {waiting > 0 && (
        <Button
          size="small"
          className="ml-auto"
          title="The order stays while you point at it"
          onClick={onRelease}
        >
          {plural(waiting, 'session')} moved. Show
        </Button>
      )}
    </search>
  );
}
