import { z } from 'zod';
import { SessionRole } from '@/domain/access/session-role';
import { Attachment, Effort } from '@/domain/events/session-event';
import { CommandId, PromptId, RepositoryId, SessionId, UserId } from '@/domain/ids';
import { ListState } from '@/domain/wire/session-row';
import { createSession } from '@/services/sessions/create-session';
import { draftSession } from '@/services/sessions/draft-session';
import { forkSession } from '@/services/sessions/fork-session';
import { giveCommand } from '@/services/sessions/give-command';
import { listSessions, pageSessions } from '@/services/sessions/list-sessions';
import { markRead } from '@/services/sessions/mark-read';
import { readPeople } from '@/services/sessions/read-people';
import { openSession } from '@/services/sessions/read-session';
import { setRole } from '@/services/sessions/set-role';
import { touchSession } from '@/services/sessions/touch-session';
import { verifySession } from '@/services/sessions/verify-session';
import { personProcedure, router } from '../trpc';

const OneSession = z.object({ sessionId: SessionId });
const CommandInput = OneSession.extend({ commandId: CommandId });

const PlanInput = OneSession.extend({
  repository: z.union([z.object({ id: RepositoryId }), z.object({ address: z.string().min(1).max(2_000) })]),
  baseBranch: z.string().min(1).max(250).optional(),
  modelId: z.string().min(1).max(200).optional(),
  effort: Effort.nullable().optional(),
});

const CreateInput = PlanInput.extend({
  commandId: CommandId,
  prompt: z
    .object({ promptId: PromptId, text: z.string(), attachments: z.array(Attachment).default([]) })
    .optional(),
});

const ListInput = z
  .object({
    search: z.string().max(200),
    repositoryId: RepositoryId,
    personId: UserId,
    state: ListState,
    archived: z.enum(['with', 'without', 'only']),
    cursor: z.object({ changedAt: z.date(), id: SessionId }).nullable(),
    limit: z.number().int().min(1).max(200),
  })
  .partial()
  .optional();

export const sessionsRouter = router({
  list: personProcedure.input(ListInput).query(({ ctx, input }) => listSessions(ctx.deps, ctx.caller, input)),

  /** The same in pages, for a list that goes on. */
  page: personProcedure
    .input(ListInput.unwrap())
    .query(({ ctx, input }) => pageSessions(ctx.deps, ctx.caller, input)),

  /** Seen up to an event, by the person who calls. */
  markRead: personProcedure
    .input(OneSession.extend({ seq: z.number().int().nonnegative().max(2_147_483_647) }))
    .mutation(({ ctx, input }) => markRead(ctx.deps, ctx.caller, input)),

  create: personProcedure
    .input(CreateInput)
    .mutation(({ ctx, input }) => createSession(ctx.deps, ctx.caller, input)),

  /** Has a sandbox started while the first prompt of a session is being typed; to be said again every half minute. */
  draft: personProcedure
    .input(PlanInput)
    .mutation(({ ctx, input }) => draftSession(ctx.deps, ctx.caller, input)),

  get: personProcedure
    .input(OneSession)
    .query(({ ctx, input }) => openSession(ctx.deps, ctx.caller, input.sessionId)),

  /** Replays the log and compares what is stored beside it. */
  verify: personProcedure
    .input(OneSession)
    .query(({ ctx, input }) => verifySession(ctx.deps, ctx.caller, input.sessionId)),

  rename: personProcedure
    .input(CommandInput.extend({ title: z.string().trim().min(1).max(200) }))
    .mutation(({ ctx, input: { title, ...to } }) =>
      giveCommand(ctx.deps, ctx.caller, { ...to, command: { type: 'title', title } }),
    ),

  archive: personProcedure
    .input(CommandInput)
    .mutation(({ ctx, input }) =>
      giveCommand(ctx.deps, ctx.caller, { ...input, command: { type: 'archive' } }),
    ),

  /** Opens a session that carries on from this one, on a branch of its own. */
  fork: personProcedure
    .input(CommandInput.extend({ newSessionId: SessionId }))
    .mutation(({ ctx, input }) => forkSession(ctx.deps, ctx.caller, input)),

  /** What the session may cost, in US dollars; null for no limit. */
  setBudget: personProcedure
    .input(CommandInput.extend({ limitUsd: z.number().positive().max(1_000_000).nullable() }))
    .mutation(({ ctx, input: { limitUsd, ...to } }) =>
      giveCommand(ctx.deps, ctx.caller, { ...to, command: { type: 'budget', limitUsd } }),
    ),

  /** What somebody of the team is in this session. */
  setRole: personProcedure
    .input(CommandInput.extend({ userId: UserId, role: SessionRole }))
    .mutation(({ ctx, input }) => setRole(ctx.deps, ctx.caller, input)),

  people: personProcedure
    .input(OneSession)
    .query(({ ctx, input }) => readPeople(ctx.deps, ctx.caller, input.sessionId)),

  touch: personProcedure
    .input(OneSession)
    .mutation(({ ctx, input }) => touchSession(ctx.deps, ctx.caller, input.sessionId)),
});
