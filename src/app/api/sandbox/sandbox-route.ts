import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { container } from '@/container';
import { AppError, messageOf, type ErrorCode } from '@/domain/errors';
import type { WireError } from '@/domain/wire/bridge';
import type { Deps } from '@/services/deps';
import { readSandboxToken, type SandboxIdentity } from '@/services/sandboxes/sandbox-token';
import { bearerOf } from '../caller-of';
import { jsonResponse } from '../with-length';

const STATUS = {
  bad_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 503,
  too_large: 413,
  rate_limited: 429,
  epoch_over: 409,
  repository_not_found: 422,
  repository_forbidden: 422,
  repository_empty: 422,
  branch_not_found: 422,
  sandbox_unavailable: 503,
  model_unavailable: 502,
  storage_unavailable: 503,
  client_too_old: 426,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** An error as the body and status that a bridge understands. */
export function wireError(error: unknown): Response {
  const known = error instanceof AppError ? error : null;
  if (!known) container().deps.log.error('a sandbox route failed', { error: messageOf(error) });
  const body: WireError = {
    error: {
      code: known?.code ?? 'internal',
      message: known?.message ?? 'Something went wrong on the server; try again.',
    },
  };
  return jsonResponse(body, STATUS[known?.code ?? 'internal']);
}

/** Who calls, by the sandbox's token. Errors: `unauthenticated`. */
export function sandboxIdentity(request: Request): SandboxIdentity {
  const bearer = bearerOf(request);
  if (bearer === null) throw new AppError('unauthenticated', 'A sandbox calls with its own token.');
  return readSandboxToken(container().deps.signer, bearer);
}

/** A route that takes one frame from a sandbox and answers one. */
export function sandboxRoute<T extends z.ZodType>(
  schema: T,
  answer: (deps: Deps, identity: SandboxIdentity, frame: z.output<T>) => Promise<unknown>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const identity = sandboxIdentity(request);
      const parsed = schema.safeParse(await readJson(request));
      if (!parsed.success) {
        throw new AppError(
          'bad_input',
          `The body is not what this route takes:\n${z.prettifyError(parsed.error)}`,
        );
      }
      return jsonResponse(await answer(container().deps, identity, parsed.data));
    } catch (error) {
      return wireError(error);
    }
  };
}

async function readJson(request: Request): Promise<unknown> {
  try {
    const bytes = Buffer.from(await request.arrayBuffer());
    const isGzip = request.headers.get('content-encoding') === 'gzip';
    const text = isGzip ? gunzipSync(bytes, { maxOutputLength: 16 * 1024 * 1024 }) : bytes;
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError('too_large', 'The body is larger than a frame may be.', { cause: error });
    }
    throw new AppError('bad_input', 'The body is not JSON.', { cause: error });
  }
}
