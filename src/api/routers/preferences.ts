import { Preferences } from '@/domain/preferences';
import { readPreferences } from '@/services/preferences/read-preferences';
import { savePreferences } from '@/services/preferences/save-preferences';
import { personProcedure, router } from '../trpc';

export const preferencesRouter = router({
  get: personProcedure.query(({ ctx }) => readPreferences(ctx.deps, ctx.caller)),

  save: personProcedure
    .input(Preferences)
    .mutation(({ ctx, input }) => savePreferences(ctx.deps, ctx.caller, input)),
});
