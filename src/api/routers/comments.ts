import { z } from 'zod';
import { CommentPlace } from '@/domain/events/collaboration';
import { CommandId, CommentId, SessionId } from '@/domain/ids';
import { giveCommand } from '@/services/sessions/give-command';
import { personProcedure, router } from '../trpc';

const OneComment = z.object({ sessionId: SessionId, commandId: CommandId, commentId: CommentId });

export const commentsRouter = router({
  /** A remark for the people of a session; the agent is not told. */
  add: personProcedure
    .input(OneComment.extend({ text: z.string(), on: CommentPlace.nullable().default(null) }))
    .mutation(({ ctx, input: { sessionId, commandId, ...given } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'comment', ...given } }),
    ),

  resolve: personProcedure
    .input(OneComment)
    .mutation(({ ctx, input: { sessionId, commandId, commentId } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'resolve', commentId } }),
    ),
});
