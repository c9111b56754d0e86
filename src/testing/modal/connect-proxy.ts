import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

interface Grant {
  port: number;
  isRunning: () => boolean;
}

/** Lets requests with a connect token through to a port of its sandbox, as Modal does. */
export class ConnectProxy {
  readonly #grants = new Map<string, Grant>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  grant(grant: Grant): { url: string; token: string } {
    const token = randomUUID();
    this.#grants.set(token, grant);
    // A TCP server that listens has an AddressInfo.
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, token };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization = '', ...headers } = request.headers;
    const grant = this.#grants.get(authorization.replace(/^Bearer /, ''));
    if (grant === undefined || !grant.isRunning()) {
      response.writeHead(401).end();
      return;
    }
    const { method, url: path } = request;
    const onward = httpRequest({ host: '127.0.0.1', port: grant.port, method, path, headers });
    try {
      const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
      const [[answer]] = await Promise.all([answered, pipeline(request, onward)]);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      await pipeline(answer, response);
    } catch {
      // Nobody listens on that port, or one side went away.
      if (!response.headersSent) response.writeHead(502);
      response.end();
    }
  }
}
