import { z } from 'zod';
import { listRepositories } from '@/services/repositories/list-repositories';
import { resolveRepository } from '@/services/repositories/resolve-repository';
import { personProcedure, router } from '../trpc';

export const repositoriesRouter = router({
  list: personProcedure.query(({ ctx }) => listRepositories(ctx.deps, ctx.caller)),

  resolve: personProcedure
    .input(z.object({ address: z.string().min(1).max(2_000) }))
    .mutation(({ ctx, input }) => resolveRepository(ctx.deps, ctx.caller, input)),
});
