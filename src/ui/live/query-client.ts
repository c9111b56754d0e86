import { defaultShouldDehydrateQuery, QueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import superjson from 'superjson';

/** What a server component just read need not be read again while the page comes alive. */
const FRESH_MS = 15_000;
const MAX_RETRIES = 2;

/** The cache of what was asked of the server: one a tab in the browser, one a request while rendering there. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // An answer that is a refusal stays one; only silence is worth another try.
        retry: (failures, error) => !isAnswer(error) && failures < MAX_RETRIES,
      },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query),
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}

function isAnswer(error: Error): boolean {
  return error instanceof TRPCClientError && error.data !== undefined && error.data !== null;
}
