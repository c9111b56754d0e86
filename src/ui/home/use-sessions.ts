import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import type { AppRouter } from '@/api/root';
import type { SessionRow } from '@/domain/wire/session-row';
import { onRead } from '../live/read-marks';
import { useTRPC } from '../live/trpc';
import { useTeamChanges } from '../live/use-team-changes';
import { groupSessions } from './group-sessions';
import { isNarrowed, type ListFilter, listInput } from './list-filter';
import { withHere, withReadMark, withRow } from './patch-list';

type Page = inferRouterOutputs<AppRouter>['sessions']['page'];
export type ListedSession = Page['sessions'][number];

/** A session that is new may have the words that are searched for; the server is asked about it this often at most. */
const SEARCH_AGAIN_MS = 2_000;

/**
 * The sessions of the person's teams under a filter, in groups. Rows follow what the server tells; the whole list is
 * read again only when something may have been missed.
 */
export function useSessions(filter: ListFilter) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = trpc.sessions.page.infiniteQueryOptions(listInput(filter), {
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const query = useInfiniteQuery(options);
  const patch = (change: (pages: Page[]) => Page[]) => {
    queryClient.setQueryData<InfiniteData<Page>>(
      options.queryKey,
      (data) => data && { ...data, pages: change(data.pages) },
    );
    // Lists under other filters do not follow: whoever goes back to one is shown it as it is then.
    queryClient.removeQueries(trpc.sessions.page.infiniteQueryFilter(undefined, { type: 'inactive' }));
  };
  const readAgain = () => void queryClient.invalidateQueries({ queryKey: options.queryKey });
  const searchAgain = useThrottled(readAgain, SEARCH_AGAIN_MS);
  const follow = (row: SessionRow) => {
    patch((pages) => withRow(pages, row, filter));
    const isKnown = query.data?.pages.some(({ sessions }) => sessions.some(({ id }) => id === row.id));
    if (filter.search !== '' && isKnown !== true) searchAgain();
  };
  useTeamChanges(
    (row) => (row ? follow(row) : readAgain()),
    (message) => patch((pages) => withHere(pages, message)),
    (row) => patch((pages) => withRow(pages, row, filter)),
  );
  const read = useEffectEvent((mark: Parameters<typeof withReadMark>[1]) =>
    patch((pages) => withReadMark(pages, mark)),
  );
  useEffect(() => onRead((mark) => read(mark)), []);

  const sessions = useMemo(() => uniqueSessions(query.data?.pages ?? []), [query.data]);
  const groups = useMemo(() => groupSessions(sessions), [sessions]);
  const { error, isPending, isPlaceholderData, dataUpdatedAt, hasNextPage, isFetchingNextPage } = query;
  return {
    ...{ groups, error, isPending, dataUpdatedAt, hasNextPage, isFetchingNextPage },
    /** What is shown is of the filter before. */
    isBehind: isPlaceholderData,
    pageCount: query.data?.pages.length ?? 0,
    isEmpty: !isPending && sessions.length === 0,
    isNarrowed: isNarrowed(filter),
    showMore: () => void query.fetchNextPage(),
    refetch: () => void query.refetch(),
  };
}

/** A session that moved may be on two pages; the newer of its rows counts. */
function uniqueSessions(pages: readonly Page[]): ListedSession[] {
  const byId = new Map<string, ListedSession>();
  for (const session of pages.flatMap(({ sessions }) => sessions)) {
    const known = byId.get(session.id);
    if (!known || known.lastSeq < session.lastSeq) byId.set(session.id, session);
  }
  return [...byId.values()];
}

/** Calls it at most every `everyMs`, and once more at the end of a time in which it was asked for again. */
function useThrottled(call: () => void, everyMs: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useEffectEvent(call);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest();
    }, everyMs);
  };
}
