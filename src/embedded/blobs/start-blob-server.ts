import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { messageOf } from '@/domain/errors';
import { type BlobError } from '@/domain/wire/blob-address';
import { listen, stopListening } from '../loopback';
import { BlobFolder } from './blob-folder';
import { answerBlobRequest, type BlobStore, Refusal } from './blob-requests';

export interface BlobServerOptions {
  folder: string;
  /** Shared with whoever signs addresses. */
  secret: string;
  /** 0 takes any free one. */
  port: number;
  /** Origins of pages that may fetch objects, such as `http://localhost:3000`. */
  allowedOrigins: string[];
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Hears one line for each thing that went wrong but ends nothing. */
  log?: (line: string) => void;
}

export interface BlobServer {
  /** Base of every address, without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

const PREFLIGHT_SECONDS = 600;

/**
 * Serves a folder as a blob store with signed addresses, for the app of this machine, its pages and its sandboxes.
 * Rejects when the port is taken or the folder can't be made.
 */
export async function startBlobServer(options: BlobServerOptions): Promise<BlobServer> {
  const { secret, port, allowedOrigins, now = Date.now, log = () => undefined } = options;
  const folder = await BlobFolder.open(options.folder);
  const store: BlobStore = { folder, path: options.folder, secret, now };
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answer = (async () => {
      try {
        allowOrigin(request, response, allowedOrigins);
        if (request.method === 'OPTIONS') answerPreflight(response);
        else await answerBlobRequest(store, request, response);
      } catch (error) {
        if (!(error instanceof Refusal)) log(`blobs: ${messageOf(error)}`);
        refuse(request, response, error);
      }
    })().finally(() => underWay.delete(answer));
    underWay.add(answer);
  });
  const url = await listen(server, port);
  return {
    url,
    close: async () => {
      await stopListening(server);
      // Cut off by now, they still have files open.
      await Promise.allSettled(underWay);
    },
  };
}

function allowOrigin(request: IncomingMessage, response: ServerResponse, allowed: string[]): void {
  response.setHeader('vary', 'origin');
  response.setHeader('x-content-type-options', 'nosniff');
  const { origin } = request.headers;
  if (origin === undefined || !allowed.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'content-length, content-type');
}

function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
  response.end();
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal =
    error instanceof Refusal ? error : new Refusal(500, 'internal', 'The blob store failed; try again.');
  const { status, code, message } = refusal;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code, message } } satisfies BlobError));
  // The rest of the upload is taken and forgotten: cutting it would cut the answer off too.
  request.resume();
}
