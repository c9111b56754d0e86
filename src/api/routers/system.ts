import { checkHealth } from '@/services/system/check-health';
import { systemInfo } from '@/services/system/system-info';
import { personProcedure, publicProcedure, router } from '../trpc';

export const systemRouter = router({
  info: publicProcedure.query(({ ctx }) => systemInfo(ctx.deps)),

  /** Looks at each part now, which takes some seconds where one is ill. */
  health: personProcedure.query(({ ctx }) => checkHealth(ctx.deps)),
});
