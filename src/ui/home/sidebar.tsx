import { useQuery } from '@tanstack/react-query';
import { signOut } from 'next-auth/react';
import Link from 'next/link';
import { Button } from '../kit/button';
import { classNames } from '../kit/class-names';
import { Face } from '../kit/face';
import { useMe } from '../live/live-provider';
import { useTRPC } from '../live/trpc';
import { ModelLine } from './model-line';

/** Where one can go; on a narrow screen there is room for one. */
const PLACES = [
  { path: '/', name: 'Sessions', isSmall: false },
  { path: '/settings/repositories', name: 'Repositories', isSmall: false },
  { path: '/settings/models', name: 'Models', isSmall: false },
  { path: '/settings/me', name: 'Settings', isSmall: true },
];

/** Where one is, as whom, and which model answers. A bar on top of a narrow screen. */
export function Sidebar() {
  const trpc = useTRPC();
  const { person, teams } = useMe();
  const { data: system } = useQuery(trpc.system.info.queryOptions());
  return (
    <aside className="flex shrink-0 items-center gap-3 border-b bg-surface px-3 py-2 md:w-56 md:flex-col md:items-stretch md:border-r md:border-b-0 md:px-3 md:py-4">
      <Link href="/" className="px-2 font-semibold">
        Dispatch
      </Link>
      <nav aria-label="Main" className="flex min-w-0 md:flex-col">
        {PLACES.map(({ path, name, isSmall }) => (
          <Link
            key={path}
            href={path}
            aria-current={path === '/' ? 'page' : undefined}
            className={classNames(
              'rounded-md px-2 py-1 text-sm',
              path === '/' ? 'bg-raised' : 'text-muted hover:bg-raised hover:text-text',
              !isSmall && 'max-md:hidden',
            )}
          >
            {name}
          </Link>
        ))}
      </nav>
      <div className="flex-1" />
      {system?.model.standIn === true && <p className="text-xs text-ask md:hidden">Stand-in model</p>}
      {system && (
        <div className="hidden md:block">
          <ModelLine model={system.model} isolation={system.sandbox.isolation} />
        </div>
      )}
      <div className="flex min-w-0 items-center gap-2 md:border-t md:px-2 md:pt-3">
        <Face id={person.id} name={person.name} />
        <div className="hidden min-w-0 flex-1 md:block">
          <p className="truncate text-sm">{person.name}</p>
          {teams[0] && <p className="truncate text-xs text-muted">{teams[0].name}</p>}
        </div>
        <Button size="small" variant="quiet" onClick={() => void signOut({ callbackUrl: '/signin' })}>
          Sign out
        </Button>
      </div>
    </aside>
  );
}
