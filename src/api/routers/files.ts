import { z } from 'zod';
import { SessionId } from '@/domain/ids';
import { WorkPath } from '@/domain/wire/reads';
import { listNames, readFile, readFolder } from '@/services/files/look-at-files';
import { personProcedure, router } from '../trpc';

const OneSession = z.object({ sessionId: SessionId });
const Place = OneSession.extend({ path: WorkPath });

/** The files of a session's repository as they lie in its sandbox now. */
export const filesRouter = router({
  tree: personProcedure.input(Place).query(({ ctx, input }) => readFolder(ctx.deps, ctx.caller, input)),

  read: personProcedure.input(Place).query(({ ctx, input }) => readFile(ctx.deps, ctx.caller, input)),

  names: personProcedure
    .input(OneSession)
    .query(({ ctx, input }) => listNames(ctx.deps, ctx.caller, input.sessionId)),
});
