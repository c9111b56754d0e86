import { z } from 'zod';

/**
 * Everything that Dispatch refuses or fails with, as one closed union. Each door (tRPC, sandbox routes,
 * CLI) maps it once with `satisfies Record<ErrorCode, …>`, so a new code breaks the build at every door.
 */
export const ErrorCode = z.enum([
  'bad_input',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'rate_limited',
  'epoch_over',
  'repository_not_found',
  'repository_forbidden',
  'repository_empty',
  'branch_not_found',
  'sandbox_unavailable',
  'model_unavailable',
  'storage_unavailable',
  'client_too_old',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

interface AppErrorOptions {
  /** What went wrong underneath; always kept. */
  cause?: unknown;
  /** Facts a client may show or act on; no secrets. */
  details?: Record<string, string | number | boolean>;
}

/** A failure with a code for programs and a sentence for people: what happened, what was kept, what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, string | number | boolean>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The message of anything thrown, for logs and for `reason` fields. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
