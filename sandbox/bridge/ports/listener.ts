import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TERMINAL_PATH } from '@/domain/wire/terminal';
import type { Ticket } from '@/domain/wire/tickets';
import type { TerminalDoor } from '../terminal/terminal-door';
import { forwardRequest, forwardUpgrade } from './forward';
import { type Admission, Gate, type GateOptions } from './gate';

export interface ListenerOptions extends GateOptions {
  /** Whether a program of this sandbox listens there now. */
  isOpen: (port: number) => Promise<boolean>;
  /** Takes sockets that are for the terminal. */
  terminal: Pick<TerminalDoor, 'accept' | 'close'>;
}

const STATUS = { refused: 403, welcome: 303, renew: 303 } as const;

/**
 * The one door into the sandbox's ports: nobody comes in without a ticket, and with one to its port alone. It listens on
 * loopback; who may reach that is the provider's business, and not enough.
 */
export class PortListener {
  readonly #options: ListenerOptions;
  readonly #gate: Gate;
  readonly #server = http.createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => fail(response, error));
  });
  #port: number | null = null;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#gate = new Gate(options);
    this.#server.on('upgrade', (request, client, head) => {
      // Node has let go of this socket: without somebody who hears it, a connection that breaks off ends the bridge.
      client.on('error', () => client.destroy());
      this.#upgrade(request, { client, head }).catch((error: unknown) => {
        console.error(`bridge: a socket of a preview: ${String(error)}`);
        client.destroy();
      });
    });
  }

  /** Where it listens; null before it does. */
  get port(): number | null {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    // A listening TCP server always has an address of this kind.
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#port = null;
    this.#options.terminal.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const admission = this.#gate.admit(request);
    if (admission.type !== 'in') {
      answer(response, admission);
      return;
    }
    const { grant } = admission;
    if (!(await this.#options.isOpen(grant.port))) {
      const text = `No program of this session’s sandbox listens at port ${grant.port} now. Load again when one does.`;
      say(response, 502, text);
      return;
    }
    const stop = this.#endWith(grant, response);
    try {
      await forwardRequest(grant, request, response);
    } finally {
      stop();
    }
  }

  async #upgrade(request: http.IncomingMessage, to: { client: Duplex; head: Buffer }): Promise<void> {
    if (request.url?.split('?')[0] === TERMINAL_PATH) {
      this.#options.terminal.accept(request, to);
      return;
    }
    const admission = this.#gate.admit(request);
    // A browser tells a page nothing of why a socket was refused.
    if (admission.type !== 'in' || !(await this.#options.isOpen(admission.grant.port))) {
      to.client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    const { grant } = admission;
    const stop = this.#endWith(grant, to.client);
    to.client.once('close', stop);
    await forwardUpgrade(grant.port, request, to);
  }

  /** What is open ends with the grant under which it was opened. */
  #endWith(grant: Ticket, open: { destroy: () => void }): () => void {
    const timer = setTimeout(() => open.destroy(), Math.max(0, this.#gate.secondsLeft(grant) * 1_000));
    return () => clearTimeout(timer);
  }
}

function answer(response: http.ServerResponse, admission: Exclude<Admission, { type: 'in' }>): void {
  if (admission.type === 'refused') {
    say(response, STATUS.refused, admission.message);
    return;
  }
  const cookie = admission.type === 'welcome' ? { 'set-cookie': admission.cookie } : {};
  response.writeHead(STATUS[admission.type], {
    ...cookie,
    location: admission.location,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end();
}

function say(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${text}\n`);
}

function fail(response: http.ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  say(response, 502, `The program did not answer: ${error instanceof Error ? error.message : String(error)}`);
}
