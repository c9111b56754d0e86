import { initTRPC, TRPCError } from '@trpc/server';
import { z, ZodError } from 'zod';
import { AppError, type ErrorCode } from '@/domain/errors';
import type { Caller } from '@/services/caller';
import type { Deps } from '@/services/deps';
import { transformer } from './transformer';

export interface ApiContext {
  deps: Deps;
  caller: Caller | null;
  /** The bearer token that the call came with, for signing out. */
  bearer: string | null;
}

const TRPC_CODE = {
  bad_input: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  too_large: 'PAYLOAD_TOO_LARGE',
  rate_limited: 'TOO_MANY_REQUESTS',
  epoch_over: 'CONFLICT',
  repository_not_found: 'NOT_FOUND',
  repository_forbidden: 'FORBIDDEN',
  repository_empty: 'PRECONDITION_FAILED',
  branch_not_found: 'NOT_FOUND',
  sandbox_unavailable: 'SERVICE_UNAVAILABLE',
  model_unavailable: 'SERVICE_UNAVAILABLE',
  storage_unavailable: 'SERVICE_UNAVAILABLE',
  client_too_old: 'PRECONDITION_FAILED',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, TRPCError['code']>;

/** What a client reads of a failure: our code, the details, and a sentence. */
interface ErrorData {
  appCode: ErrorCode;
  details: AppError['details'];
}

function errorData({ cause, code }: TRPCError): ErrorData {
  if (cause instanceof AppError) return { appCode: cause.code, details: cause.details };
  if (code === 'BAD_REQUEST') return { appCode: 'bad_input', details: {} };
  if (code === 'UNAUTHORIZED') return { appCode: 'unauthenticated', details: {} };
  return { appCode: code === 'NOT_FOUND' ? 'not_found' : 'internal', details: {} };
}

function errorMessage(error: TRPCError): string {
  if (error.cause instanceof AppError) return error.cause.message;
  if (error.cause instanceof ZodError) return z.prettifyError(error.cause);
  return error.code === 'INTERNAL_SERVER_ERROR'
    ? 'Something went wrong on our side. Nothing that you sent is lost; try again.'
    : error.message;
}

const t = initTRPC.context<ApiContext>().create({
  transformer,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: errorMessage(error),
    data: { ...shape.data, stack: undefined, ...errorData(error) },
  }),
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Turns our errors into tRPC's, in this one place; the cause is kept. */
const withOurErrors = t.middleware(async ({ next, ctx, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof AppError) {
    throw new TRPCError({ code: TRPC_CODE[cause.code], message: cause.message, cause });
  }
  if (result.error.code === 'INTERNAL_SERVER_ERROR') {
    ctx.deps.log.error('a procedure failed', { path, error: cause?.stack ?? result.error.message });
  }
  return result;
});

/** For what anybody may ask. */
export const publicProcedure = t.procedure.use(withOurErrors);

/** For a signed-in person: `ctx.caller` is there. */
export const personProcedure = publicProcedure.use(({ ctx, next }) => {
  const { caller } = ctx;
  if (!caller) {
    const cause = new AppError(
      'unauthenticated',
      'You are not signed in, or your sign-in is over. Sign in again.',
    );
    throw new TRPCError({ code: 'UNAUTHORIZED', message: cause.message, cause });
  }
  return next({ ctx: { ...ctx, caller } });
});
