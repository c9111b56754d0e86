import { useQueryClient } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { say } from '../kit/say';
import { wordsOf } from '../live/failure';
import { useTRPC } from '../live/trpc';

/** A moment: what needed somebody a second ago still does. */
const FRESH_MS = 2_000;

/** What waits for an answer on this page and is not where the focus is. */
function waitingHere(): HTMLElement | undefined {
  const waiting = [...document.querySelectorAll<HTMLElement>('[data-needs-you]')];
  const at = waiting.findIndex((element) => element.contains(document.activeElement));
  return waiting[at + 1];
}

/**
 * Goes to the next thing that needs somebody: what carries `data-needs-you` on this page, one after the other, then
 * the next session that does, and round again.
 */
export function useNextNeed(): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const path = usePathname();

  async function go(): Promise<void> {
    const here = waitingHere();
    if (here) {
      here.scrollIntoView({ block: 'center' });
      here.focus();
      return;
    }
    const waiting = trpc.sessions.list.queryOptions({ state: 'needs_you' });
    const sessions = await queryClient.query({ ...waiting, staleTime: FRESH_MS });
    const paths = sessions.map(({ id }) => `/s/${id}`);
    const next = paths[paths.indexOf(path) + 1] ?? paths[0];
    if (next === undefined) say('Nothing needs you.');
    else if (next === path) say('Nothing else needs you.');
    else router.push(next);
  }

  return () => {
    go().catch((error: unknown) => say(wordsOf(error)));
  };
}
