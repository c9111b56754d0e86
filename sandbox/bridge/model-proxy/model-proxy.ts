import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { errorCode } from '../../supervisor/kill-processes';
import { pause } from '../alarm';
import { contextTooLong } from './context-too-long';
import { askGitCredentials, GIT_CREDENTIALS } from './git-credentials';
import { steadyMs } from '../../steady-clock';

const compress = promisify(gzip);

/** What may pass through a function (4.5 MB at Vercel), with room for headers. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const GZIP_ABOVE_BYTES = 1_024;
/** The longest conversation that is read at all: compressed it would be far over the limit. */
const MAX_READ_BYTES = 64 * 1024 * 1024;
/** How long a server that refuses connections, as one that restarts does, is tried again. */
const CONNECT_FOR_MS = 60_000;

export interface ModelProxyOptions {
  /** Dispatch itself. */
  serverUrl: string;
  token: string;
  /** Secret first segment of the path. */
  path: string;
}

/**
 * The only way from the agent to a model: it forwards to Dispatch's gateway with this sandbox's token in place
 * of whatever key the agent sent. Answers are streamed on as they come.
 */
export function createModelProxy(options: ModelProxyOptions): http.Server {
  const server = http.createServer((request, response) => {
    forward(options, request, response).catch((error: unknown) => fail(response, error));
  });
  // A model may think for minutes before its first byte.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
}

async function forward(
  options: ModelProxyOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const prefix = `/${options.path}/`;
  const path = request.url ?? '/';
  if (!path.startsWith(prefix)) {
    response.writeHead(404).end();
    return;
  }
  const rest = path.slice(prefix.length);
  if (rest === GIT_CREDENTIALS) {
    const answer = await askGitCredentials(options);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(answer);
    return;
  }
  const bytes = await readAll(request);
  const body = bytes && bytes.length > GZIP_ABOVE_BYTES ? await compress(bytes) : bytes;
  if (!body || body.length > MAX_BODY_BYTES) {
    const refusal = contextTooLong(path);
    response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(refusal.body);
    return;
  }
  const url = new URL(`${options.serverUrl.replace(/\/+$/, '')}/api/sandbox/model/${rest}`);
  const headers = forwardedHeaders(request.headers, options.token);
  if (body !== bytes) headers['content-encoding'] = 'gzip';
  headers['content-length'] = body.length;
  await send({ url, method: request.method ?? 'POST', headers, body }, response);
}

interface Upstream {
  url: URL;
  method: string;
  headers: http.OutgoingHttpHeaders;
  body: Buffer;
}

/** A refused connection reached nobody, so it is safe to try again; anything later is the agent's to retry. */
async function send(upstream: Upstream, response: http.ServerResponse): Promise<void> {
  const deadlineMs = steadyMs() + CONNECT_FOR_MS;
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    try {
      await sendOnce(upstream, response);
      return;
    } catch (error) {
      const wasUnreached = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(errorCode(error) ?? '');
      if (!wasUnreached || response.headersSent || response.destroyed || steadyMs() > deadlineMs) throw error;
      await pause(delayMs);
    }
  }
}

function sendOnce(upstream: Upstream, response: http.ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { request: open } = upstream.url.protocol === 'https:' ? https : http;
    const { method, headers } = upstream;
    const request = open(upstream.url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers));
      response.flushHeaders();
      // A stream that is cut on one side is cut on the other; the agent sees it and retries.
      pipeline(answer, response, () => resolve());
    });
    request.on('error', reject);
    response.on('close', () => request.destroy());
    request.end(upstream.body);
  });
}

const NOT_FORWARDED = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
  'upgrade',
  'expect',
]);

function forwardedHeaders(headers: http.IncomingHttpHeaders, token: string): http.OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.has(name));
  return { ...Object.fromEntries(kept), authorization: `Bearer ${token}` };
}

function answerHeaders(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding', 'set-cookie']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

async function readAll(request: http.IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    // Without an encoding set, Node hands out buffers only.
    const bytes = chunk as Buffer;
    sizeBytes += bytes.length;
    if (sizeBytes <= MAX_READ_BYTES) chunks.push(bytes);
  }
  return sizeBytes <= MAX_READ_BYTES ? Buffer.concat(chunks) : null;
}

function fail(response: http.ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const message = `Dispatch's model gateway could not be reached: ${error instanceof Error ? error.message : String(error)}`;
  response.writeHead(502, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type: 'server_error', code: 'gateway_unreachable' } }));
}
