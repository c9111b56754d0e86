import { z } from 'zod';
import { CommandId, SessionId } from '@/domain/ids';
import { draftPullRequest, openPullRequest } from '@/services/github/open-pull-request';
import { personProcedure, router } from '../trpc';

export const pullRequestsRouter = router({
  /** What one would be opened with, to be edited first. */
  draft: personProcedure
    .input(z.object({ sessionId: SessionId }))
    .query(({ ctx, input }) => draftPullRequest(ctx.deps, ctx.caller, input.sessionId)),

  /** Pushes the session's work and opens a pull request as the caller. */
  open: personProcedure
    .input(
      z.object({
        ...{ sessionId: SessionId, commandId: CommandId },
        title: z.string().trim().min(1).max(250),
        body: z.string().max(60_000),
        isDraft: z.boolean().default(false),
        base: z.string().min(1).max(250).optional(),
      }),
    )
    .mutation(({ ctx, input }) => openPullRequest(ctx.deps, ctx.caller, input)),
});
