import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { NotifyChoice } from '@/ui/notify/notify-choice';
import { MeScreen } from '@/ui/settings/me-screen';
import { ThemeChoice } from '@/ui/theme/theme-choice';
import { serverApi, signedIn } from '../../../signed-in';

export default async function MePage() {
  const { trpc, queryClient } = serverApi(await signedIn('/settings/me'));
  // What can't be read here is asked for again by the browser, which says what is wrong.
  await Promise.allSettled([
    queryClient.query(trpc.tokens.list.queryOptions()),
    queryClient.query(trpc.preferences.get.queryOptions()),
    queryClient.query(trpc.repositories.list.queryOptions()),
    queryClient.query(trpc.models.list.queryOptions()),
  ]);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <MeScreen appearance={<ThemeChoice />} notifications={<NotifyChoice />} />
    </HydrationBoundary>
  );
}
