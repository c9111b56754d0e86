'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { classNames } from '../kit/class-names';
import { useMe } from '../live/live-provider';

const PAGES = [
  { path: '/settings/me', name: 'Me' },
  { path: '/settings/repositories', name: 'Repositories' },
  { path: '/settings/models', name: 'Models' },
  { path: '/settings/health', name: 'Health' },
];

/** The pages of the settings beside their names; a row of names on top of a narrow screen. */
export function SettingsShell({ children }: { children: ReactNode }) {
  const path = usePathname();
  const { person } = useMe();
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <aside className="flex shrink-0 flex-col gap-1 border-b bg-surface px-3 pt-2 md:w-56 md:border-r md:border-b-0 md:py-4">
        <Link
          href="/"
          className="self-start rounded-md px-2 py-0.5 text-sm text-muted hover:bg-raised hover:text-text"
        >
          ‹ Sessions
        </Link>
        <p className="hidden px-2 pt-3 font-semibold md:block">Settings</p>
        <nav aria-label="Settings" className="flex overflow-x-auto md:mx-0 md:flex-col">
          {PAGES.map((page) => (
            <Link
              key={page.path}
              href={page.path}
              aria-current={path === page.path ? 'page' : undefined}
              className={classNames(
                'shrink-0 border-b-2 px-2 py-1.5 text-sm md:rounded-md md:border-b-0 md:py-1',
                path === page.path
                  ? 'border-text font-medium md:bg-raised'
                  : 'border-transparent text-muted hover:text-text',
              )}
            >
              {page.name}
            </Link>
          ))}
        </nav>
        <p className="mt-auto hidden truncate px-2 text-xs text-muted md:block">
          Signed in as {person.login ?? person.name}
        </p>
      </aside>
      <main className="min-h-0 min-w-0 flex-1 overflow-y-auto px-4 py-6 md:px-8">
        <div className="mx-auto flex max-w-3xl flex-col gap-8">{children}</div>
      </main>
    </div>
  );
}
