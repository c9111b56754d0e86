import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import { RepositoryId, UserId } from '@/domain/ids';
import { LIST_STATE, ListState, type SessionRow } from '@/domain/wire/session-row';

/** What a list of sessions is narrowed to. It is in the page's address, so that it can be shared. */
export interface ListFilter {
  search: string;
  repositoryId: RepositoryId | null;
  personId: UserId | null;
  state: ListState | null;
}

export const NO_FILTER: ListFilter = { search: '', repositoryId: null, personId: null, state: null };

/** The names of the filter's parts in an address. */
const NAMES = { search: 'q', repositoryId: 'repository', personId: 'person', state: 'state' } as const;

/** The filter in an address; what is none of its values is taken for nothing. */
export function readFilter(query: Pick<URLSearchParams, 'get'>): ListFilter {
  return {
    search: query.get(NAMES.search) ?? '',
    repositoryId: RepositoryId.safeParse(query.get(NAMES.repositoryId)).data ?? null,
    personId: UserId.safeParse(query.get(NAMES.personId)).data ?? null,
    state: ListState.safeParse(query.get(NAMES.state)).data ?? null,
  };
}

/** The address of the list under a filter. */
export function addressOf({ search, repositoryId, personId, state }: ListFilter): string {
  const query = new URLSearchParams();
  if (search.trim() !== '') query.set(NAMES.search, search);
  if (repositoryId !== null) query.set(NAMES.repositoryId, repositoryId);
  if (personId !== null) query.set(NAMES.personId, personId);
  if (state !== null) query.set(NAMES.state, state);
  return query.size === 0 ? '/' : `/?${query.toString()}`;
}

export function isNarrowed(filter: ListFilter): boolean {
  return addressOf(filter) !== '/';
}

const PAGE = 50;
const MAX_SEARCH = 200;

/** What the server is asked for. Archived sessions are found by a search and shown on request. */
export function listInput(filter: ListFilter): inferRouterInputs<AppRouter>['sessions']['page'] {
  const { repositoryId, personId, state } = filter;
  const search = filter.search.trim().slice(0, MAX_SEARCH);
  return {
    ...(search === '' ? {} : { search }),
    ...(repositoryId === null ? {} : { repositoryId }),
    ...(personId === null ? {} : { personId }),
    ...(state === null ? {} : { state }),
    archived: search === '' ? 'without' : 'with',
    limit: PAGE,
  };
}

/** Whether a session belongs into the list under a filter, but for the words that are searched for. */
export function fits(row: SessionRow, { repositoryId, personId, state, search }: ListFilter): boolean {
  const place = LIST_STATE[row.status.kind];
  if (state !== null ? place !== state : place === 'archived' && search.trim() === '') return false;
  if (repositoryId !== null && row.repository.id !== repositoryId) return false;
  return (
    personId === null || row.creatorId === personId || row.people.some(({ userId }) => userId === personId)
  );
}
