'use client';

import { Button } from '@/ui/kit/button';
import { TabTitle } from '@/ui/kit/tab-title';

/** A page that could not be made. What people sent is in the log whatever happens here. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <TabTitle title="Not shown" />
      <div className="max-w-sm">
        <h1 className="text-lg font-semibold">This page could not be shown</h1>
        <p className="mt-2 text-muted">
          Something failed on our side. Sessions go on and nothing that you sent is lost.
          {error.digest !== undefined && (
            <>
              {' '}
              If it stays so, the log has it under <code className="font-mono text-xs">{error.digest}</code>.
            </>
          )}
        </p>
        <Button className="mt-4" onClick={reset}>
          Try again
        </Button>
      </div>
    </main>
  );
}
