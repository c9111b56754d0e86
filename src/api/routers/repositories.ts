import { z } from 'zod';
import { RepositoryId } from '@/domain/ids';
import { listHosted } from '@/services/github/list-hosted';
import { listRepositories } from '@/services/repositories/list-repositories';
import { readGuide } from '@/services/repositories/read-guide';
import {
  changeEnvironment,
  changePrebuild,
  readBuildLog,
  readRepositoryEnvironment,
  rebuildEnvironment,
} from '@/services/environments/repository-environment';
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

  /** What is saved for its sandboxes, and how its environment was prebuilt lately. */
  environment: personProcedure
    .input(z.object({ repositoryId: RepositoryId }))
    .query(({ ctx, input }) => readRepositoryEnvironment(ctx.deps, ctx.caller, input.repositoryId)),

  setEnvironment: personProcedure
    .input(z.object({ repositoryId: RepositoryId, environment: z.string().max(100_000).nullable() }))
    .mutation(({ ctx, input }) => changeEnvironment(ctx.deps, ctx.caller, input)),

  setPrebuild: personProcedure
    .input(z.object({ repositoryId: RepositoryId, minutes: z.int().min(10).max(43_200).nullable() }))
    .mutation(({ ctx, input }) => changePrebuild(ctx.deps, ctx.caller, input)),

  rebuild: personProcedure
    .input(z.object({ repositoryId: RepositoryId }))
    .mutation(({ ctx, input }) => rebuildEnvironment(ctx.deps, ctx.caller, input.repositoryId)),

  buildLog: personProcedure
    .input(z.object({ repositoryId: RepositoryId, buildId: z.uuid() }))
    .query(({ ctx, input }) => readBuildLog(ctx.deps, ctx.caller, input)),

  resolve: personProcedure
    .input(z.object({ address: z.string().min(1).max(2_000) }))
    .mutation(({ ctx, input }) => resolveRepository(ctx.deps, ctx.caller, input)),
});
