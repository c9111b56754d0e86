import Link from 'next/link';

/** For somebody who knows that the session is there and may not see it: says why, and whom to ask. */
export function ForbiddenScreen({ message }: { message: string }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="max-w-sm">
        <h1 className="text-lg font-semibold">You can’t see this session</h1>
        <p className="mt-2 text-muted">{message}</p>
        <p className="mt-4">
          <Link href="/" className="text-accent underline underline-offset-2">
            Go to your sessions
          </Link>
        </p>
      </div>
    </main>
  );
}
