'use client';

import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpLink, splitLink, type TRPCClient } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import { createContext, type ReactNode, use, useState } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '@/api/root';
import type { PresenceChannels, RealtimeChannels } from '@/domain/sync/realtime-connection';
import { refusalOf } from './failure';
import { makeQueryClient } from './query-client';
import { type RealtimeConfig, TabRealtime } from './tab-realtime';
import { TRPCProvider } from './trpc';

export type Me = inferRouterOutputs<AppRouter>['auth']['whoami'];

interface Live {
  me: Me;
  realtime: RealtimeChannels & PresenceChannels;
}

interface Tab extends Live {
  client: TRPCClient<AppRouter>;
  queryClient: QueryClient;
}

const LiveContext = createContext<Live | null>(null);

function openTab({ me, realtime }: { me: Me; realtime: RealtimeConfig }): Tab {
  const server = {
    url: '/api/trpc',
    transformer: superjson,
    headers: { 'x-dispatch-client': 'web' },
  };
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        // A sandbox may take seconds to answer: nothing else waits for that in the same call.
        condition: ({ path }) => path.startsWith('files.'),
        true: httpLink(server),
        false: httpBatchLink(server),
      }),
    ],
  });
  const sign: ConstructorParameters<typeof TabRealtime>[1] = (request) =>
    client.realtime.auth.mutate(request).catch((error: unknown) => {
      throw refusalOf(error) ?? error;
    });
  return { me, client, queryClient: makeQueryClient(), realtime: new TabRealtime(realtime, sign) };
}

/** What every screen of a signed-in person shares: who they are, the server, and the live connection. */
export function LiveProvider({
  children,
  ...given
}: {
  me: Me;
  realtime: RealtimeConfig;
  children: ReactNode;
}) {
  const [{ client, queryClient, ...live }] = useState(() => openTab(given));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        <LiveContext value={live}>{children}</LiveContext>
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('This component belongs inside a LiveProvider.');
  return live;
}

/** The signed-in person and their teams. */
export function useMe(): Me {
  return useLive().me;
}

export function useRealtime(): RealtimeChannels & PresenceChannels {
  return useLive().realtime;
}
