import { z } from 'zod';
import { findSlackLink, linkPerson } from '@/services/slack/link-person';
import { personProcedure, router } from '../trpc';

const Code = z.object({ code: z.string().max(100) });

export const slackRouter = router({
  /** Which user of Slack was shown a link; null when it is unknown, used or too old. */
  findLink: personProcedure.input(Code).query(({ ctx, input }) => findSlackLink(ctx.deps, input.code)),

  /** Lets that user of Slack act as the caller. */
  link: personProcedure
    .input(Code)
    .mutation(({ ctx, input }) => linkPerson(ctx.deps, ctx.caller, input.code)),
});
