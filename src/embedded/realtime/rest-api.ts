import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RealtimeApp } from './realtime-app';
import { decodePath, parseQuery, refuseRequest, type SignedRequest } from './rest-authentication';
import { RestError } from './rest-error';
import { triggerBatch, triggerEvent } from './rest-events';
import { describeChannel, listChannels, listUsers, terminateConnections } from './rest-queries';

/** Answers a request to the HTTP API with hosted Pusher's status codes, so that the libraries reject alike. */
export async function answerRequest(
  app: RealtimeApp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const result = await route(app, request);
    reply(response, 200, { type: 'application/json', body: JSON.stringify(result) });
  } catch (error) {
    if (error instanceof RestError) {
      reply(response, error.status, { type: 'text/plain', body: `${error.message}\n` });
      return;
    }
    app.log(`request failed: ${error instanceof Error ? error.message : String(error)}`);
    reply(response, 500, { type: 'text/plain', body: 'Internal server error\n' });
  }
}

function reply(response: ServerResponse, status: number, content: { type: string; body: string }): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': content.type,
    'Content-Length': Buffer.byteLength(content.body),
  });
  response.end(content.body);
}

async function route(app: RealtimeApp, incoming: IncomingMessage): Promise<object> {
  const body = await readBody(incoming, app.limits.requestBodyBytes);
  const request = signedRequest(incoming, body);
  const [root, appId, ...rest] = request.path.split('/').slice(1).map(decodePath);
  if (root !== 'apps' || appId === undefined) throw new RestError(404, 'Unknown path');
  if (appId !== app.credentials.appId) throw new RestError(404, 'Unknown app_id');
  const refusal = refuseRequest(request, app.credentials, {
    nowMs: Date.now(),
    skewSeconds: app.limits.timestampSkewSeconds,
  });
  if (refusal !== null) throw new RestError(401, refusal);
  const result = request.method === 'POST' ? post(app, rest, body) : get(app, rest, request);
  if (result === null) throw new RestError(404, 'Unknown path or method');
  return result;
}

function post(app: RealtimeApp, path: string[], body: Buffer): object | null {
  const [noun, id, verb] = path;
  if (path.length === 1 && noun === 'events') return triggerEvent(app, body);
  if (path.length === 1 && noun === 'batch_events') return triggerBatch(app, body);
  if (path.length === 3 && noun === 'users' && id !== undefined && verb === 'terminate_connections') {
    return terminateConnections(app, id);
  }
  return null;
}

function get(app: RealtimeApp, path: string[], { method, query }: SignedRequest): object | null {
  const [noun, name, property] = path;
  if (method !== 'GET' || noun !== 'channels') return null;
  if (name === undefined) return listChannels(app, query);
  if (property === undefined) return describeChannel(app, name, query);
  return path.length === 3 && property === 'users' ? listUsers(app, name) : null;
}

function signedRequest(incoming: IncomingMessage, body: Buffer): SignedRequest {
  const url = incoming.url ?? '/';
  const question = url.includes('?') ? url.indexOf('?') : url.length;
  const query = parseQuery(url.slice(question + 1));
  if (query === null) throw new RestError(400, 'A query parameter was given twice');
  return { method: incoming.method ?? 'GET', path: url.slice(0, question), query, body };
}

/**
 * Reads a body; one over the limit is read to its end, without being kept, so that the sender is in a state
 * to hear the 413, unless it goes on far beyond any honest size.
 */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBytes) chunks.push(chunk);
    if (sizeBytes > maxBytes * 16) break;
  }
  if (sizeBytes > maxBytes)
    throw new RestError(413, `The body exceeds the allowed maximum (${maxBytes} bytes)`);
  return Buffer.concat(chunks);
}
