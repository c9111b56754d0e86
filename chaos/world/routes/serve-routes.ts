// The app's route handlers in a plain Node process: the very code of src/app/api, without Next around it. It starts in
// a moment, so it can be killed often. What it is told comes in the environment, as for the app itself.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answering } from './next-server';

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string[]>> },
) => Promise<Response>;

/** A file of the app's folder of routes. */
export interface RouteModule {
  /** `/api/trpc/[trpc]`: a segment in brackets takes any, one with dots in front any number of them. */
  pattern: string;
  handlers: Partial<Record<string, Handler>>;
}

interface Route {
  expression: RegExp;
  parameter: string | null;
  handlers: RouteModule['handlers'];
}

function compile({ pattern, handlers }: RouteModule): Route {
  const parameter = /\[(?:\.\.\.)?(\w+)\]$/.exec(pattern)?.[1] ?? null;
  const source = pattern.replace(/\[\.\.\.\w+\]$/, '(.+)').replace(/\[\w+\]$/, '([^/]+)');
  return { expression: new RegExp(`^${source}$`), parameter, handlers };
}

/** Serves routes on the loopback until the process ends. */
export function serveRoutes(modules: readonly RouteModule[], port: number): void {
  const routes = modules.map(compile);
  const server = createServer((request, response) => {
    serve(routes, request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1');
}

async function serve(
  routes: readonly Route[],
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const { method = 'GET' } = incoming;
  const match = routes
    .map((route) => ({ route, found: route.expression.exec(url.pathname) }))
    .find(({ found }) => found !== null);
  const handler = match?.route.handlers[method];
  if (!match || !handler) {
    response.writeHead(404).end();
    return;
  }
  const { parameter } = match.route;
  const rest = match.found?.[1]?.split('/') ?? [];
  const params = Promise.resolve(parameter === null ? {} : { [parameter]: rest });
  const request = await toRequest(incoming, { url, method }, response);
  await answering(
    () => handler(request, { params }),
    (answer) => send(answer, response),
  );
}

async function toRequest(
  incoming: IncomingMessage,
  { url, method }: { url: URL; method: string },
  response: ServerResponse,
): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
  }
  const chunks: Buffer[] = [];
  // Without an encoding set, Node hands out buffers only.
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: new Uint8Array(Buffer.concat(chunks)) } : {}),
  });
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.body) {
    response.end();
    return;
  }
  response.flushHeaders();
  // Node's and the DOM's types of the same web stream do not know each other.
  const body = Readable.fromWeb(answer.body as unknown as Parameters<typeof Readable.fromWeb>[0]);
  await pipeline(body, response).catch(() => {
    // Whoever asked went away; what was put off is done all the same.
    response.destroy();
  });
}
