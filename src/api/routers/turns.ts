import { z } from 'zod';
import { CommandId, SessionId, TurnId } from '@/domain/ids';
import { giveCommand } from '@/services/sessions/give-command';
import { personProcedure, router } from '../trpc';

export const turnsRouter = router({
  /** Names the turn, so that a late stop never ends the next one. */
  stop: personProcedure
    .input(z.object({ sessionId: SessionId, commandId: CommandId, turnId: TurnId }))
    .mutation(({ ctx, input: { sessionId, commandId, turnId } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'stop', turnId } }),
    ),
});
