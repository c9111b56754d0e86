import { useQuery } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { canRun, type Command, keysOf } from '../kit/command-registry';
import { useCommandList } from '../kit/use-commands';
import { useTRPC } from '../live/trpc';
import type { PaletteEntry } from './palette-entry';

/** The command that opens the palette has no place in it. */
export const PALETTE = 'palette';

function entriesOf(commands: readonly Command[]): PaletteEntry[] {
  return commands
    .filter((command) => canRun(command) && command.isKeyOnly !== true && command.id !== PALETTE)
    .map((command) => ({
      ...{ id: command.id, title: command.title, group: command.group, words: command.words },
      keys: keysOf(command)[0],
      run: () => command.run?.(),
    }));
}

/** While nothing is asked for, the newest sessions are enough. */
const SESSIONS_AT_REST = 5;

/** What the palette can offer now: sessions by title, what can be done, and repositories. */
export function usePaletteEntries(isAsked: boolean): {
  entries: PaletteEntry[];
  isPending: boolean;
  isFailed: boolean;
} {
  const trpc = useTRPC();
  const router = useRouter();
  const commands = useCommandList();
  const path = usePathname();
  const sessions = useQuery(trpc.sessions.list.queryOptions());
  const repositories = useQuery(trpc.repositories.list.queryOptions());
  const others = (sessions.data ?? []).filter(
    ({ id, isArchived }) => path !== `/s/${id}` && (isAsked || !isArchived),
  );
  const entries = others.slice(0, isAsked ? others.length : SESSIONS_AT_REST).map((session): PaletteEntry => {
    const { title, status, repository } = session;
    const { name } = repository;
    return {
      ...{
        id: `session:${session.id}`,
        title: title,
        group: 'Sessions',
        status,
      },
      ...{ words: `${name} ${status.words}`, aside: `${name} · ${status.words}` },
      run: () => router.push(`/s/${session.id}`),
    };
  });
  entries.push(...entriesOf(commands));
  for (const { id, name } of repositories.data ?? []) {
    entries.push({
      id: `repository:${id}`,
      title: name,
      group: 'Repositories',
      words: 'repository settings',
      run: () => router.push(`/settings/repositories#${id}`),
    });
  }
  return {
    entries,
    isPending: sessions.isPending || repositories.isPending,
    isFailed: sessions.isError || repositories.isError,
  };
}
