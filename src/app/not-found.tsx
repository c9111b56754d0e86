import Link from 'next/link';
import { TabTitle } from '@/ui/kit/tab-title';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <TabTitle title="Nothing here" />
      <div className="max-w-sm">
        <h1 className="text-lg font-semibold">There is nothing here that you can see</h1>
        <p className="mt-2 text-muted">
          The address is wrong, or what it leads to belongs to a team that you are not in. Ask whoever sent
          you the link to invite you.
        </p>
        <p className="mt-4">
          <Link href="/" className="text-accent underline underline-offset-2">
            Go to your sessions
          </Link>
        </p>
      </div>
    </main>
  );
}
