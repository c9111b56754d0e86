import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { RepositoriesScreen } from '@/ui/settings/repositories-screen';
import { serverApi, signedIn } from '../../../signed-in';

export default async function RepositoriesPage() {
  const { trpc, queryClient } = serverApi(await signedIn('/settings/repositories'));
  // The hosts of repositories are asked by the browser, one by one: none keeps the page waiting.
  await Promise.allSettled([queryClient.query(trpc.repositories.list.queryOptions())]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <RepositoriesScreen />
    </HydrationBoundary>
  );
}
