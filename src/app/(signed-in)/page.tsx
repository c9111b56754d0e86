import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { HomeScreen } from '@/ui/home/home-screen';
import { serverApi, signedIn } from '../signed-in';

export default async function HomePage() {
  const { trpc, queryClient } = serverApi(await signedIn('/'));
  // What can't be read here is asked for again by the browser, which says what is wrong.
  await Promise.allSettled([
    queryClient.query(trpc.sessions.list.queryOptions()),
    queryClient.query(trpc.repositories.list.queryOptions()),
    queryClient.query(trpc.system.info.queryOptions()),
  ]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <HomeScreen />
    </HydrationBoundary>
  );
}
