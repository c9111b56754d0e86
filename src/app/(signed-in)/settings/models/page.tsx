import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { ModelsScreen } from '@/ui/settings/models-screen';
import { serverApi, signedIn } from '../../../signed-in';

export default async function ModelsPage() {
  const { trpc, queryClient } = serverApi(await signedIn('/settings/models'));
  await Promise.allSettled([queryClient.query(trpc.models.list.queryOptions())]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <ModelsScreen />
    </HydrationBoundary>
  );
}
