import { z } from 'zod';
import { SessionId, TurnId } from '@/domain/ids';
import { listTurns, readDiff } from '@/services/sessions/read-diff';
import { personProcedure, router } from '../trpc';

const OneSession = z.object({ sessionId: SessionId });

export const diffRouter = router({
  /** The whole change of a session, or, when a turn is named, what that alone changed. */
  get: personProcedure
    .input(OneSession.extend({ turnId: TurnId.nullable().default(null) }))
    .query(({ ctx, input }) => readDiff(ctx.deps, ctx.caller, input)),

  turns: personProcedure
    .input(OneSession)
    .query(({ ctx, input }) => listTurns(ctx.deps, ctx.caller, input.sessionId)),
});
