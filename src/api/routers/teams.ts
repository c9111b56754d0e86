import { z } from 'zod';
import { TeamId, UserId } from '@/domain/ids';
import { listColleagues } from '@/services/teams/list-colleagues';
import { removeMember } from '@/services/teams/remove-member';
import { personProcedure, router } from '../trpc';

export const teamsRouter = router({
  colleagues: personProcedure.query(({ ctx }) => listColleagues(ctx.deps, ctx.caller)),

  removeMember: personProcedure
    .input(z.object({ teamId: TeamId, userId: UserId }))
    .mutation(({ ctx, input }) => removeMember(ctx.deps, ctx.caller, input)),
});
