import { Skeleton } from '@/ui/kit/skeleton';

export default function LoadingSession() {
  return (
    <main className="mx-auto max-w-3xl px-4 pt-20">
      <h1 className="sr-only">Opening the session</h1>
      <Skeleton lines={6} />
    </main>
  );
}
