import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { HomeScreen } from '@/ui/home/home-screen';
import { listInput, readFilter } from '@/ui/home/list-filter';
import { serverApi, signedIn } from '../../signed-in';

interface HomePageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function HomePage({ searchParams }: HomePageProps) {
  const query = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  const { trpc, queryClient } = serverApi(await signedIn(query.size === 0 ? '/' : `/?${query.toString()}`));
  // What can't be read here is asked for again by the browser, which says what is wrong.
  await Promise.allSettled([
    queryClient.infiniteQuery(
      trpc.sessions.page.infiniteQueryOptions(listInput(readFilter(query)), {
        getNextPageParam: ({ next }) => next,
      }),
    ),
    queryClient.query(trpc.repositories.list.queryOptions()),
    queryClient.query(trpc.models.list.queryOptions()),
    queryClient.query(trpc.preferences.get.queryOptions()),
    queryClient.query(trpc.teams.colleagues.queryOptions()),
    queryClient.query(trpc.system.info.queryOptions()),
  ]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <HomeScreen />
    </HydrationBoundary>
  );
}
