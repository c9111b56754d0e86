import { listModels } from '@/services/models/list-models';
import { personProcedure, router } from '../trpc';

export const modelsRouter = router({
  list: personProcedure.query(({ ctx }) => listModels(ctx.deps)),
});
