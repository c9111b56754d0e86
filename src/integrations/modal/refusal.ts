import { AppError, messageOf } from '@/domain/errors';
import type { SandboxRefusal } from '@/ports/sandboxes';

/** Statuses of gRPC by the names of its specification; the SDK exports none of them. */
const GRPC = {
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** What a status says; those that are missing are defects of ours, such as an argument that Modal refuses. */
const WHY_OF_STATUS: ReadonlyMap<number, SandboxRefusal> = new Map([
  [GRPC.resourceExhausted, 'quota'],
  [GRPC.unauthenticated, 'credentials'],
  [GRPC.permissionDenied, 'credentials'],
  [GRPC.deadlineExceeded, 'timeout'],
  [GRPC.unimplemented, 'not_supported'],
  // These the SDK itself takes for passing, and has tried three times when they come here.
  [GRPC.cancelled, 'connection'],
  [GRPC.unknown, 'connection'],
  [GRPC.internal, 'connection'],
  [GRPC.unavailable, 'connection'],
]);

/** By name, since much of what the SDK throws comes from a library whose classes it does not export. */
const WHY_OF_NAME: ReadonlyMap<string, SandboxRefusal> = new Map([
  ['ResourceExhaustedError', 'quota'],
  ['TimeoutError', 'timeout'],
  ['SandboxTimeoutError', 'timeout'],
  ['ClientClosedError', 'connection'],
]);

/** A call that did not end in its time; whether it was done is not known. */
export class DeadlinePassed extends Error {
  constructor(timeoutMs: number) {
    super(`there was no answer within ${timeoutMs / 1_000} s`);
    this.name = 'DeadlinePassed';
  }
}

/** Whether it is an error of that name, of the SDK or of what is below it. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function statusOf(error: unknown): number | null {
  if (!isNamed(error, 'ClientError')) return null;
  // Every ClientError of nice-grpc carries its status.
  return (error as Error & { code: number }).code;
}

/** What was asked about does not exist, or not any more. */
export function isNotFound(error: unknown): boolean {
  return isNamed(error, 'NotFoundError') || statusOf(error) === GRPC.notFound;
}

/** It has ended, and what was asked is for those that run. */
export function isOver(error: unknown): boolean {
  return isNamed(error, 'ConflictError') || statusOf(error) === GRPC.failedPrecondition;
}

/**
 * An image that is not there any more: looked up, or named in a create. Another thing that is not found, an app that
 * was deleted say, is none.
 */
export function isImageGone(error: unknown): boolean {
  return (isNotFound(error) || isOver(error)) && /image/i.test(messageOf(error));
}

/** Nothing came back over this connection, so that another one is worth a try. */
export function isDeadConnection(error: unknown): boolean {
  if (error instanceof DeadlinePassed || isNamed(error, 'ClientClosedError')) return true;
  const status = statusOf(error);
  return status === GRPC.unavailable || status === GRPC.deadlineExceeded;
}

function whyOf(error: unknown): SandboxRefusal | null {
  if (error instanceof DeadlinePassed) return 'timeout';
  const status = statusOf(error);
  if (status !== null) return WHY_OF_STATUS.get(status) ?? null;
  if (!(error instanceof Error)) return null;
  // The SDK looks at credentials when the first call is made, and has no class for what it misses.
  if (/missing credentials/i.test(error.message)) return 'credentials';
  return WHY_OF_NAME.get(error.name) ?? null;
}

/** The one error that the port knows, with what Modal said in its message; `what` completes "could not". */
export function refusalOf(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const why = whyOf(error);
  return new AppError('sandbox_unavailable', `Modal could not ${what}: ${messageOf(error)}`, {
    cause: error,
    ...(why === null ? {} : { details: { why } }),
  });
}
