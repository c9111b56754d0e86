import { z } from 'zod';
import { SessionId } from '@/domain/ids';
import { Port } from '@/domain/wire/tickets';
import { listPorts } from '@/services/ports/list-ports';
import { makeTerminalTicket } from '@/services/ports/make-terminal-ticket';
import { makeTicket } from '@/services/ports/make-ticket';
import { personProcedure, router } from '../trpc';

const OneSession = z.object({ sessionId: SessionId });

/** The ports of a session's sandbox, and the way in to what listens there. */
export const portsRouter = router({
  list: personProcedure.input(OneSession).query(({ ctx, input }) => listPorts(ctx.deps, ctx.caller, input)),

  ticket: personProcedure
    .input(OneSession.extend({ port: Port }))
    .mutation(({ ctx, input }) => makeTicket(ctx.deps, ctx.caller, input)),

  /** The way in to the terminal that everybody attached shares. */
  terminal: personProcedure
    .input(OneSession)
    .mutation(({ ctx, input }) => makeTerminalTicket(ctx.deps, ctx.caller, input)),
});
