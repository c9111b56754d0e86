import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import { AppError, ErrorCode } from '@/domain/errors';

const Answer = z.object({
  appCode: ErrorCode,
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** A refusal by the server as the domain's error; null when the server was not reached or failed itself. */
export function refusalOf(error: unknown): AppError | null {
  if (!(error instanceof TRPCClientError)) return null;
  const answer = Answer.safeParse(error.data);
  if (!answer.success || answer.data.appCode === 'internal') return null;
  const { appCode, details } = answer.data;
  return new AppError(appCode, error.message, { cause: error, details });
}

/** A failure in words: the server's own sentence, or that it was not reached. */
export function wordsOf(error: unknown): string {
  if (error instanceof TRPCClientError && error.data !== undefined && error.data !== null)
    return error.message;
  if (error instanceof AppError) return error.message;
  return 'Dispatch did not answer. Check the connection, then try again.';
}
