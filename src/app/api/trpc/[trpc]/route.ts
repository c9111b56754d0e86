import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from '@/api/root';
import { container } from '@/container';
import { bearerOf, callerOf } from '../../caller-of';
import { withLength } from '../../with-length';

export const maxDuration = 60;

async function handle(request: Request): Promise<Response> {
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: async () => ({
      deps: container().deps,
      caller: await callerOf(request),
      bearer: bearerOf(request),
    }),
  });
  // No procedure of ours streams, but a client may ask for a batch as lines that come one by one.
  const isWhole = response.headers.get('content-type')?.startsWith('application/json') === true;
  return isWhole && !request.headers.has('trpc-accept') ? withLength(response) : response;
}

export { handle as GET, handle as POST };
