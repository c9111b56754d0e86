import { Skeleton } from '@/ui/kit/skeleton';

export default function LoadingSession() {
  return (
    <div className="mx-auto max-w-3xl px-4 pt-20">
      <Skeleton lines={6} />
    </div>
  );
}
