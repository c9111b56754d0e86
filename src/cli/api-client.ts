import { createTRPCClient, httpLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import { z } from 'zod';
import type { AppRouter } from '@/api/root';
import { AppError, ErrorCode } from '@/domain/errors';
import { UnreachableError } from './unreachable-error';

/** A request that takes longer than this is given up: looking at a slow repository is what takes longest. */
const TIMEOUT_MS = 60_000;
/** Every command has an id of its own, so that sending it again is the same command. */
const TRIES = 4;
const FIRST_WAIT_MS = 400;

const ErrorData = z.object({
  appCode: ErrorCode,
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** The server's procedures, with its failures as `AppError` and its absence as `UnreachableError`. */
export class ApiClient {
  readonly server: string;
  readonly #client: TRPCClient<AppRouter>;

  constructor(server: string, token: string | null) {
    this.server = server;
    this.#client = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${server}/api/trpc`,
          transformer: superjson,
          headers: {
            'x-dispatch-client': 'cli',
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          },
          fetch: (url, options) => fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }),
        }),
      ],
    });
  }

  /** Calls once. */
  async call<T>(run: (client: TRPCClient<AppRouter>) => Promise<T>): Promise<T> {
    try {
      return await run(this.#client);
    } catch (error) {
      throw translate(this.server, error);
    }
  }

  /** Calls again while the server is away, for what is harmless to repeat. */
  async insist<T>(run: (client: TRPCClient<AppRouter>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.call(run);
      } catch (error) {
        if (!(error instanceof UnreachableError) || attempt === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (attempt - 1)));
      }
    }
  }
}

function translate(server: string, error: unknown): Error {
  if (!(error instanceof TRPCClientError)) return error instanceof Error ? error : new Error(String(error));
  if (/^No (\w+-)?procedure found/i.test(error.message)) {
    const message = `${server} does not know what this dispatch asks of it: they are of different versions.`;
    return new AppError('client_too_old', message, { cause: error });
  }
  const data = ErrorData.safeParse(error.data);
  if (!data.success) return new UnreachableError(server, error);
  return new AppError(data.data.appCode, error.message, { cause: error, details: data.data.details ?? {} });
}
