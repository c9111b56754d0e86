import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { FromTerminal } from '@/domain/wire/terminal';
import { TERMINAL_CLOSE, type TerminalTicket, ToTerminal } from '@/domain/wire/terminal';
import { GRANT_SECONDS, TICKET_PARAMETER } from '@/domain/wire/tickets';
import { openTerminalTicket } from '../ports/seal';
import type { TicketCheck } from '../ports/ticket-check';
import type { SharedTerminal, Watcher } from './shared-terminal';

/** What may wait for a client that takes too little; above it, it is let go and may come again. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** More than anybody types or pastes at once. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** A client that is gone without a word is noticed by its silence to a ping. */
const PING_MS = 30_000;

interface DoorOptions {
  key: string;
  check: TicketCheck;
  terminal: SharedTerminal;
}

/** Lets people with a ticket to the shared terminal, for as long as a right that was taken away may still hold. */
export class TerminalDoor {
  readonly #options: DoorOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  accept(request: IncomingMessage, { client, head }: { client: Duplex; head: Buffer }): void {
    const { searchParams } = new URL(request.url ?? '/', 'http://sandbox');
    const ticket = this.#admit(searchParams.get(TICKET_PARAMETER) ?? '');
    const { origin } = request.headers;
    // A program sends no origin; a page is the app's own.
    if (!ticket || (origin !== undefined && origin !== ticket.origin)) {
      client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, client, head, (socket) => this.#attend(socket, ticket));
  }

  close(): void {
    for (const socket of this.#server.clients) socket.close(TERMINAL_CLOSE.gone, 'the sandbox ends');
    this.#options.terminal.close();
  }

  #admit(sealed: string): TerminalTicket | null {
    const ticket = openTerminalTicket(this.#options.key, sealed);
    return ticket && this.#options.check.take(ticket) === 'good' ? ticket : null;
  }

  #attend(socket: WebSocket, { userId, name, mayDrive }: TerminalTicket): void {
    const { terminal } = this.#options;
    const watcher: Watcher = { userId, name, mayDrive, send: (data) => send(socket, data) };
    const over = (): void => socket.close(TERMINAL_CLOSE.over, 'the visit is over');
    let timer = setTimeout(over, GRANT_SECONDS * 1_000);
    const pings = setInterval(() => socket.ping(), PING_MS);
    let isAlive = true;
    const look = setInterval(() => {
      if (!isAlive) socket.terminate();
      isAlive = false;
    }, PING_MS * 2);
    socket.on('pong', () => (isAlive = true));
    socket.on('message', (data, isBinary) => {
      isAlive = true;
      if (isBinary) {
        terminal.type(watcher, toBuffer(data));
        return;
      }
      const message = readMessage(toBuffer(data));
      if (message?.type !== 'renew') {
        if (message) obey(terminal, watcher, message);
        return;
      }
      const again = this.#admit(message.ticket);
      if (again?.userId !== userId) return;
      watcher.mayDrive = again.mayDrive;
      if (!again.mayDrive) terminal.release(watcher);
      clearTimeout(timer);
      timer = setTimeout(over, GRANT_SECONDS * 1_000);
    });
    // Its end is what is heard of a connection that breaks.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearTimeout(timer);
      clearInterval(pings);
      clearInterval(look);
      terminal.leave(watcher);
    });
    terminal.join(watcher);
  }
}

function obey(
  terminal: SharedTerminal,
  watcher: Watcher,
  message: Exclude<ToTerminal, { type: 'renew' }>,
): void {
  switch (message.type) {
    case 'drive':
      terminal.drive(watcher);
      break;
    case 'release':
      terminal.release(watcher);
      break;
    case 'resize':
      terminal.resize(watcher, message);
      break;
    case 'restart':
      terminal.restart(watcher);
  }
}

/** Null for what no client of this version says. */
function readMessage(data: Buffer): ToTerminal | null {
  try {
    return ToTerminal.safeParse(JSON.parse(data.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function send(socket: WebSocket, data: Buffer | FromTerminal): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MAX_WAITING_BYTES) {
    socket.close(TERMINAL_CLOSE.slow, 'too slow');
    return;
  }
  if (Buffer.isBuffer(data)) socket.send(data, { binary: true });
  else socket.send(JSON.stringify(data));
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
