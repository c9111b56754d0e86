import { systemInfo } from '@/services/system/system-info';
import { publicProcedure, router } from '../trpc';

export const systemRouter = router({
  info: publicProcedure.query(({ ctx }) => systemInfo(ctx.deps)),
});
