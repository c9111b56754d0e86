import { z } from 'zod';
import { AskAnswer } from '@/domain/events/ask';
import { AskId, CommandId, PromptId, SessionId } from '@/domain/ids';
import { giveCommand } from '@/services/sessions/give-command';
import { personProcedure, router } from '../trpc';

const AnswerInput = z.object({
  sessionId: SessionId,
  commandId: CommandId,
  askId: AskId,
  answer: AskAnswer,
  /** For an answer that comes too late: it is asked as this prompt then. */
  promptId: PromptId,
});

export const asksRouter = router({
  /** Answers a question or a request of the agent. The first valid answer wins; the others are told so. */
  answer: personProcedure
    .input(AnswerInput)
    .mutation(({ ctx, input: { sessionId, commandId, ...given } }) =>
      giveCommand(ctx.deps, ctx.caller, { sessionId, commandId, command: { type: 'answer', ...given } }),
    ),
});
