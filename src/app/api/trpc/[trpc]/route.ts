import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from '@/api/root';
import { container } from '@/container';
import { bearerOf, callerOf } from '../../caller-of';

export const maxDuration = 60;

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: async () => ({
      deps: container().deps,
      caller: await callerOf(request),
      bearer: bearerOf(request),
    }),
  });
}

export { handle as GET, handle as POST };
