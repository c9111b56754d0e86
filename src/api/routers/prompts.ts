import { z } from 'zod';
import { Attachment } from '@/domain/events/session-event';
import { CommandId, PromptId, SessionId, TurnId } from '@/domain/ids';
import { giveCommand } from '@/services/sessions/give-command';
import { personProcedure, router } from '../trpc';

const CommandInput = z.object({ sessionId: SessionId, commandId: CommandId, promptId: PromptId });
const SaidInput = CommandInput.extend({ text: z.string(), attachments: z.array(Attachment).default([]) });

export const promptsRouter = router({
  send: personProcedure
    .input(SaidInput)
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'send', ...prompt } }),
    ),

  /** Says something to the running turn, which reads it at its next step. */
  steer: personProcedure
    .input(SaidInput.extend({ turnId: TurnId }))
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'steer', ...prompt } }),
    ),

  /** Stops the running turn and goes before all that wait. */
  interrupt: personProcedure
    .input(SaidInput.extend({ turnId: TurnId }))
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'interrupt', ...prompt } }),
    ),

  edit: personProcedure
    .input(CommandInput.extend({ text: z.string() }))
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'edit', ...prompt } }),
    ),

  withdraw: personProcedure
    .input(CommandInput)
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'withdraw', ...prompt } }),
    ),

  promote: personProcedure
    .input(CommandInput.extend({ position: z.number().int().nonnegative() }))
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'promote', ...prompt } }),
    ),

  retry: personProcedure
    .input(CommandInput)
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'retry', ...prompt } }),
    ),
});
