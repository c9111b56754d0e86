import { Skeleton } from '@/ui/kit/skeleton';
import { TabTitle } from '@/ui/kit/tab-title';

export default function LoadingSession() {
  return (
    <div className="mx-auto max-w-3xl px-4 pt-20">
      <TabTitle />
      <Skeleton lines={6} />
    </div>
  );
}
