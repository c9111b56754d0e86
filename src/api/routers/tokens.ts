import { z } from 'zod';
import { TOKEN_LIVES_DAYS } from '@/domain/access/tokens';
import { cleanText } from '@/domain/events/text-hygiene';
import { TokenId } from '@/domain/ids';
import { createToken } from '@/services/tokens/create-token';
import { listTokens } from '@/services/tokens/list-tokens';
import { revokeToken } from '@/services/tokens/revoke-token';
import { personProcedure, router } from '../trpc';

const NewToken = z.object({
  name: z
    .string()
    .transform((name) => cleanText(name).trim())
    .pipe(z.string().min(1).max(100)),
  days: z.literal(TOKEN_LIVES_DAYS),
});

export const tokensRouter = router({
  list: personProcedure.query(({ ctx }) => listTokens(ctx.deps, ctx.caller)),

  create: personProcedure
    .input(NewToken)
    .mutation(({ ctx, input }) => createToken(ctx.deps, ctx.caller, input)),

  revoke: personProcedure
    .input(z.object({ tokenId: TokenId }))
    .mutation(({ ctx, input }) => revokeToken(ctx.deps, ctx.caller, input.tokenId)),
});
