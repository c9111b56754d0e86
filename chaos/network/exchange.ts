import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** What a request is about, as far as faults tell requests apart. */
export type Route = 'sync' | 'poll' | 'boot' | 'command' | 'query' | 'model' | 'publish' | 'other';

/** A request on its way from a client to the server that it means. */
export interface Passing {
  route: Route;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Aborted when whoever asked went away. */
  gone: AbortSignal;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** A stream for what comes bit by bit; it is passed on as it comes. */
  body: Buffer | Readable;
}

/** Hands a request on to whoever comes next, in the end to the server. */
export type Next = (passing: Passing) => Promise<Answer>;

/** Stands between client and server: may change, repeat, withhold and make up both requests and answers. */
export type Interceptor = (passing: Passing, next: Next) => Promise<Answer>;

/** The connection breaks: whoever asked hears no status. */
export class BrokenConnectionError extends Error {}

const ROUTES: readonly (readonly [Route, (method: string, path: string) => boolean])[] = [
  ['poll', (method, path) => method === 'GET' && path.startsWith('/api/sandbox/sync')],
  ['sync', (_method, path) => path.startsWith('/api/sandbox/sync')],
  ['boot', (_method, path) => path.startsWith('/api/sandbox/boot')],
  ['model', (_method, path) => path.startsWith('/api/sandbox/model/')],
  ['publish', (_method, path) => path.startsWith('/apps/')],
  ['command', (method, path) => method === 'POST' && path.startsWith('/api/trpc/')],
  ['query', (method, path) => method === 'GET' && path.startsWith('/api/trpc/')],
];

export function routeOf(method: string, path: string): Route {
  return ROUTES.find(([, fits]) => fits(method, path))?.[0] ?? 'other';
}

/** An answer that some proxy on the way would give in place of the server. */
export function refusal(status: number): Answer {
  const body = Buffer.from(JSON.stringify({ error: { code: 'fault', message: `answered with ${status}` } }));
  return { status, headers: { 'content-type': 'application/json', 'retry-after': '1' }, body };
}
