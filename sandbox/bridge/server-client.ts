import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { z } from 'zod';
import { FATAL_SYNC_STATUSES } from '@/domain/wire/bridge';

const compress = promisify(gzip);

/** Bodies above this are worth compressing. */
const GZIP_ABOVE_BYTES = 1_024;

/** The server refused; `status` says how. `isFatal`: this life of the sandbox is over. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, path: string, body: string) {
    super(`${path} was answered with ${status}: ${body.slice(0, 300)}`);
    this.name = 'RefusedError';
    this.status = status;
  }

  get isFatal(): boolean {
    return FATAL_SYNC_STATUSES.has(this.status);
  }

  /** Too large or malformed: the same body will never be taken. */
  get isAboutBody(): boolean {
    return this.status === 413 || this.status === 400 || this.status === 422;
  }
}

/** The server could not be reached, was too slow, or answered what is no answer: try again. */
export class UnreachableError extends Error {
  constructor(path: string, cause: unknown) {
    super(`${path} could not be reached: ${describeCause(cause)}`, { cause });
    this.name = 'UnreachableError';
  }
}

/** What to ask the server, and how its answer reads. */
export interface ServerCall<T> {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  answer: z.ZodType<T>;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Talks to Dispatch on behalf of this one sandbox. */
export class ServerClient {
  readonly #baseUrl: string;
  readonly #token: string;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#token = token;
  }

  /** Errors: RefusedError, UnreachableError. */
  async call<T>(call: ServerCall<T>): Promise<T> {
    const { status, text } = await this.#exchange(call);
    if (status === 408 || status === 429 || status >= 500) {
      throw new UnreachableError(call.path, `status ${status}`);
    }
    if (status < 200 || status > 299) throw new RefusedError(status, call.path, text);
    try {
      return call.answer.parse(JSON.parse(text));
    } catch (error) {
      throw new UnreachableError(call.path, error);
    }
  }

  async #exchange(call: ServerCall<unknown>): Promise<{ status: number; text: string }> {
    const timeout = AbortSignal.timeout(call.timeoutMs);
    const headers = new Headers({ authorization: `Bearer ${this.#token}` });
    const body = call.body === undefined ? null : await encode(call.body, headers);
    try {
      const response = await fetch(`${this.#baseUrl}${call.path}`, {
        method: call.method,
        headers,
        body,
        redirect: 'manual',
        signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new UnreachableError(call.path, error);
    }
  }
}

async function encode(value: unknown, headers: Headers): Promise<Buffer<ArrayBuffer>> {
  headers.set('content-type', 'application/json');
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length <= GZIP_ABOVE_BYTES) return bytes;
  headers.set('content-encoding', 'gzip');
  return Buffer.from(await compress(bytes));
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message} (${cause.cause.message})` : cause.message;
}
