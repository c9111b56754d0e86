import { Skeleton } from '@/ui/kit/skeleton';

export default function LoadingHome() {
  return (
    <main className="mx-auto max-w-5xl px-4 pt-20">
      <h1 className="sr-only">Sessions</h1>
      <Skeleton lines={6} />
    </main>
  );
}
