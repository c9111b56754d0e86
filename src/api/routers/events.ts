import { z } from 'zod';
import { PartId, SessionId } from '@/domain/ids';
import { readSandboxLife } from '@/services/sessions/read-sandbox-life';
import { digestRange, readAfter, readBefore, readPartTexts } from '@/services/sessions/read-session';
import { personProcedure, router } from '../trpc';

const OneSession = z.object({ sessionId: SessionId });
/** As large as the database's column. */
const seq = z.number().int().min(0).max(2_147_483_647);

export const eventsRouter = router({
  after: personProcedure
    .input(OneSession.extend({ after: seq, limit: z.number().int().min(1).max(1_000).default(500) }))
    .query(({ ctx, input }) => readAfter(ctx.deps, ctx.caller, input)),

  before: personProcedure
    .input(OneSession.extend({ before: seq }))
    .query(({ ctx, input }) => readBefore(ctx.deps, ctx.caller, input)),

  partTexts: personProcedure
    .input(OneSession.extend({ partIds: z.array(PartId).max(100) }))
    .query(({ ctx, input }) => readPartTexts(ctx.deps, ctx.caller, input)),

  digest: personProcedure
    .input(OneSession.extend({ fromSeq: seq, toSeq: seq }))
    .query(({ ctx, input }) => digestRange(ctx.deps, ctx.caller, input)),

  /** What the session's sandboxes went through, what it cost and how long it took. */
  ofSandbox: personProcedure
    .input(OneSession)
    .query(({ ctx, input }) => readSandboxLife(ctx.deps, ctx.caller, input.sessionId)),
});
