import { z } from 'zod';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { giveCommand } from '@/services/sessions/give-command';
import { personProcedure, router } from '../trpc';

const CommandInput = z.object({ sessionId: SessionId, commandId: CommandId, promptId: PromptId });

export const promptsRouter = router({
  send: personProcedure
    .input(CommandInput.extend({ text: z.string() }))
    .mutation(({ ctx, input: { sessionId, commandId, ...prompt } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'send', ...prompt } }),
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
