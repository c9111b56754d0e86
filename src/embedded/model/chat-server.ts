import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { chatRequestSchema, type ChatRequest } from './chat-request';
import { errorBody } from './openai-stream';

/** One chat request as it came in. */
export interface ReceivedChat {
  request: ChatRequest;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  response: ServerResponse;
}

export interface ChatServerOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Loopback by default. */
  host?: string;
  /** When set, a request needs it as its bearer token; else it is refused with 401. */
  token?: string;
  /** Names for `GET /v1/models`. A request may name any model all the same. */
  models: readonly string[];
  /** Writes the whole response. A rejection is answered with 500, or cuts a response that has begun. */
  answer: (chat: ReceivedChat) => Promise<void>;
}

export interface ChatServer {
  /** The base URL for a client, with `/v1` at its end. */
  url: string;
  /** Cuts what is open and resolves when the port is free. */
  close: () => Promise<void>;
}

/** Larger than any conversation OpenCode sends: a context of 200,000 tokens is about 1 MB, pictures more. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const readBody = async (message: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of message) {
    // Without an encoding set, Node hands out buffers only.
    const bytes = part as Buffer;
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_BODY_BYTES) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
};

const parseChat = (body: string): ChatRequest | string => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    return `The body is not JSON: ${String(error)}`;
  }
  const parsed = chatRequestSchema.safeParse(json);
  return parsed.success ? parsed.data : `The body is not a chat request: ${parsed.error.message}`;
};

const handle = async (options: ChatServerOptions, message: IncomingMessage, response: ServerResponse) => {
  const path = (message.url ?? '/').split('?')[0] ?? '/';
  if (options.token !== undefined && message.headers.authorization !== `Bearer ${options.token}`) {
    sendJson(
      response,
      401,
      errorBody('The bearer token is wrong or missing.', { type: 'authentication_error' }),
    );
    return;
  }
  if (message.method === 'GET' && path === '/v1/models') {
    const data = options.models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'dispatch' }));
    sendJson(response, 200, { object: 'list', data });
    return;
  }
  if (message.method !== 'POST' || path !== '/v1/chat/completions') {
    sendJson(response, 404, errorBody(`There is nothing at ${path}.`, { type: 'not_found_error' }));
    return;
  }
  const body = await readBody(message);
  const request = body === undefined ? 'The body is too large.' : parseChat(body);
  if (typeof request === 'string') {
    sendJson(response, body === undefined ? 413 : 400, errorBody(request, { type: 'invalid_request_error' }));
    return;
  }
  await options.answer({ request, headers: message.headers, response });
};

const fail = (response: ServerResponse, error: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, 500, errorBody(`The model failed: ${String(error)}`, { type: 'server_error' }));
};

/** Serves the chat-completions protocol; what to answer is the caller's. Rejects when the port is taken. */
export const startChatServer = async (options: ChatServerOptions): Promise<ChatServer> => {
  const server = createServer((message, response) => {
    handle(options, message, response).catch((error: unknown) => {
      fail(response, error);
    });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  // A listening TCP server always has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${String(port)}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
