import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { appRouter, createCaller } from '@/api/root';
import { container } from '@/container';
import type { Caller } from '@/services/caller';
import { makeQueryClient } from '@/ui/live/query-client';
import { callerOf } from './api/caller-of';

/** Who looks at this page; asked once a request. */
export const currentCaller = cache(async (): Promise<Caller | null> => {
  const { env } = container();
  return callerOf(new Request(env.APP_URL, { headers: await headers() }));
});

/** The person of this request; sends everybody else to sign in and then back to `path`. */
export async function signedIn(path: string): Promise<Caller> {
  return (await currentCaller()) ?? redirect(`/signin?callbackUrl=${encodeURIComponent(path)}`);
}

/** The procedures for a server component: called directly, or read ahead into a cache that the browser takes over. */
export function serverApi(caller: Caller) {
  const ctx = { deps: container().deps, caller, bearer: null };
  const queryClient = makeQueryClient();
  return {
    api: createCaller(ctx),
    trpc: createTRPCOptionsProxy({ ctx, router: appRouter, queryClient }),
    queryClient,
  };
}
