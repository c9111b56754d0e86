import { z } from 'zod';
import { TeamId, UserId } from '@/domain/ids';
import { removeMember } from '@/services/teams/remove-member';
import { personProcedure, router } from '../trpc';

export const teamsRouter = router({
  removeMember: personProcedure
    .input(z.object({ teamId: TeamId, userId: UserId }))
    .mutation(({ ctx, input }) => removeMember(ctx.deps, ctx.caller, input)),
});
