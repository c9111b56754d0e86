import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { AppError, type ErrorCode } from '@/domain/errors';
import {
  SANDBOX_HOST_CALLS,
  type SandboxHostCall,
  type SandboxHostError,
  type SandboxHostOutput,
} from '@/domain/wire/sandbox-host';

/** What answers each call; the input was parsed. */
export type HostHandlers = {
  [Call in SandboxHostCall]: (
    input: z.output<(typeof SANDBOX_HOST_CALLS)[Call]['input']>,
  ) => Promise<SandboxHostOutput<Call>>;
};

/** An environment and its labels fit many times over. */
const BODY_LIMIT_MB = 4;
const FILES_LIMIT_MB = 64;

const STATUS = {
  bad_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  epoch_over: 410,
  repository_not_found: 404,
  repository_forbidden: 403,
  repository_empty: 409,
  branch_not_found: 404,
  sandbox_unavailable: 503,
  model_unavailable: 503,
  storage_unavailable: 503,
  client_too_old: 426,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** Serves the calls of a sandbox host; `log` hears of what is a defect, not of refusals. */
export function createHostServer(options: {
  handlers: HostHandlers;
  secret: string;
  log: (line: string) => void;
}): Server {
  const { handlers, secret, log } = options;
  return createServer((request, response) => {
    void (async () => {
      try {
        if (!isAuthorized(request, secret)) {
          throw new AppError('unauthenticated', 'The secret of the sandbox host is missing or wrong.');
        }
        respond(response, 200, await answer(handlers, request));
      } catch (error) {
        if (!(error instanceof AppError))
          log(`sandbox host: ${error instanceof Error ? (error.stack ?? '') : ''}`);
        respondError(response, error);
      }
    })();
  });
}

function isAuthorized(request: IncomingMessage, secret: string): boolean {
  // Digests have one length, so that comparing takes the same time whatever was sent.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${secret}`));
}

async function answer(handlers: HostHandlers, request: IncomingMessage): Promise<unknown> {
  const name = request.url?.slice(1) ?? '';
  if (request.method !== 'POST' || !isCall(name)) {
    throw new AppError('not_found', `The sandbox host has no call ${request.method ?? ''} /${name}.`);
  }
  const limitMb = name === 'write-files' ? FILES_LIMIT_MB : BODY_LIMIT_MB;
  return dispatch(handlers, name, await readJson(request, limitMb));
}

function isCall(name: string): name is SandboxHostCall {
  return Object.hasOwn(SANDBOX_HOST_CALLS, name);
}

function dispatch<Call extends SandboxHostCall>(
  handlers: HostHandlers,
  name: Call,
  body: unknown,
): Promise<SandboxHostOutput<Call>> {
  const parsed = SANDBOX_HOST_CALLS[name].input.safeParse(body);
  if (!parsed.success) throw new AppError('bad_input', z.prettifyError(parsed.error));
  // The compiler can't tie the schema picked by `name` to the handler picked by the same `name`.
  const input = parsed.data as Parameters<HostHandlers[Call]>[0];
  return handlers[name](input);
}

async function readJson(request: IncomingMessage, limitMb: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Left alone when it is too large, since the answer has to go back over the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // A request without an encoding comes in buffers.
    const bytes = chunk as Buffer;
    sizeBytes += bytes.length;
    if (sizeBytes > limitMb * 1024 * 1024) {
      throw new AppError('too_large', `The call is larger than ${limitMb} MB.`);
    }
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new AppError('bad_input', 'The body of the call is not JSON.', { cause });
  }
}

function respondError(response: ServerResponse, error: unknown): void {
  const known = error instanceof AppError ? error : new AppError('internal', 'The sandbox host failed.');
  const { code, message, details } = known;
  respond(response, STATUS[code], { error: { code, message, details } } satisfies SandboxHostError);
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
