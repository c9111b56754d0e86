import { z } from 'zod';
import { authorizeChannel } from '@/services/realtime/authorize-channel';
import { personProcedure, publicProcedure, router } from '../trpc';

export const realtimeRouter = router({
  config: publicProcedure.query(({ ctx }) => ctx.deps.config.realtime),

  auth: personProcedure
    .input(z.object({ socketId: z.string().max(64), channel: z.string().max(200) }))
    .mutation(({ ctx, input }) => authorizeChannel(ctx.deps, ctx.caller, input)),
});
