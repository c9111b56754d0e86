import { z } from 'zod';
import { RepositoryId } from '@/domain/ids';
import { listHosted } from '@/services/github/list-hosted';
import { listRepositories } from '@/services/repositories/list-repositories';
import { readGuide } from '@/services/repositories/read-guide';
import { resolveRepository } from '@/services/repositories/resolve-repository';
import { personProcedure, router } from '../trpc';

export const repositoriesRouter = router({
  list: personProcedure.query(({ ctx }) => listRepositories(ctx.deps, ctx.caller)),

  /** Those that the GitHub App was given and the caller may read. */
  hosted: personProcedure
    .input(z.object({ search: z.string().max(200).default('') }))
    .query(({ ctx, input }) => listHosted(ctx.deps, ctx.caller, input.search)),

  /** The default branch and AGENTS.md, asked of the repository's host now. */
  guide: personProcedure
    .input(z.object({ repositoryId: RepositoryId }))
    .query(({ ctx, input }) => readGuide(ctx.deps, ctx.caller, input.repositoryId)),

  resolve: personProcedure
    .input(z.object({ address: z.string().min(1).max(2_000) }))
    .mutation(({ ctx, input }) => resolveRepository(ctx.deps, ctx.caller, input)),
});
