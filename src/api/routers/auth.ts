import { z } from 'zod';
import { cleanText } from '@/domain/events/text-hygiene';
import { approveDeviceLogin, findDevice, pollDevice, startDevice } from '@/services/auth/device-login';
import { signOut } from '@/services/auth/sign-out';
import { whoami } from '@/services/auth/whoami';
import { personProcedure, publicProcedure, router } from '../trpc';

/** Text that the database can take and compare. */
const clean = (text: string) => cleanText(text).trim();

const UserCode = z.object({
  userCode: z
    .string()
    .max(100)
    .transform((code) => clean(code).toUpperCase()),
});

export const authRouter = router({
  whoami: personProcedure.query(({ ctx }) => whoami(ctx.deps, ctx.caller)),

  startDevice: publicProcedure
    .input(z.object({ label: z.string().transform(clean).pipe(z.string().min(1).max(100)) }))
    .mutation(({ ctx, input }) => startDevice(ctx.deps, input.label)),

  pollDevice: publicProcedure
    .input(z.object({ deviceCode: z.string().max(100) }))
    .mutation(({ ctx, input }) => pollDevice(ctx.deps, input.deviceCode)),

  findDevice: personProcedure.input(UserCode).query(({ ctx, input }) => findDevice(ctx.deps, input.userCode)),

  approveDevice: personProcedure
    .input(UserCode)
    .mutation(({ ctx, input }) => approveDeviceLogin(ctx.deps, ctx.caller, input.userCode)),

  /** Revokes the token that the call came with. */
  signOut: personProcedure.mutation(async ({ ctx }) => {
    if (ctx.bearer !== null) await signOut(ctx.deps, ctx.bearer);
  }),
});
