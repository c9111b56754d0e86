import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../live/trpc';
import { FirstUse } from './first-use';

/** A list without a session: the first time, or after everything was put away. */
export function EmptyList({ onExample }: { onExample: (text: string) => void }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.sessions.page.queryOptions({ archived: 'only', limit: 1 }));
  if (!data) return null;
  if (data.sessions.length === 0) return <FirstUse onExample={onExample} />;
  return (
    <section className="max-w-prose px-2 pt-6">
      <h2 className="text-lg font-semibold">No session is open</h2>
      <p className="mt-2 text-muted">
        Every session is archived. What was said and done in them stays readable; say below what should be
        done next.
      </p>
    </section>
  );
}
