import { FromTerminal, TERMINAL_CLOSE, type TerminalSize, type ToTerminal } from '@/domain/wire/terminal';
import { GRANT_SECONDS } from '@/domain/wire/tickets';

/** How things stand at the terminal, as its bridge said last. */
export type TerminalState = Extract<FromTerminal, { type: 'state' }>;

export type Connection = { type: 'connecting' } | { type: 'open' } | { type: 'waiting'; why: string };

/** As much of a WebSocket as is needed: a browser's, or the one of a library. */
export interface TerminalSocket {
  binaryType: string;
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((end: { code: number }) => void) | null;
}

interface LinkOptions {
  open: (url: string) => TerminalSocket;
  /** Asks the server for a visit. */
  visit: () => Promise<{ url: string; ticket: string }>;
  /** The screen is to begin anew: all that is kept follows. */
  onOpen: () => void;
  onOutput: (bytes: Uint8Array) => void;
  onState: (state: TerminalState) => void;
  onConnection: (connection: Connection) => void;
  wordsOf: (error: unknown) => string;
}

/** A socket's state while it is open. */
const OPEN = 1;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 10_000;
/** Well before the bridge ends a visit. */
const RENEW_MS = (GRANT_SECONDS - 60) * 1_000;

/** One client's way to the terminal of a sandbox: it comes again for as long as it is not closed. */
export class TerminalLink {
  readonly #options: LinkOptions;
  #socket: TerminalSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    void this.#connect();
  }

  type(text: string): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(new TextEncoder().encode(text));
  }

  say(message: ToTerminal): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  resize({ cols, rows }: TerminalSize): void {
    this.say({ type: 'resize', cols, rows });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    this.#options.onConnection({ type: 'connecting' });
    try {
      const { url } = await this.#options.visit();
      if (!this.#isClosed) this.#attend(this.#options.open(url));
    } catch (error) {
      this.#comeAgain(this.#options.wordsOf(error));
    }
  }

  #attend(socket: TerminalSocket): void {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#options.onOpen();
      this.#options.onConnection({ type: 'open' });
      this.#timer = setTimeout(() => void this.#renew(), RENEW_MS);
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#options.onOutput(new Uint8Array(data));
      if (typeof data !== 'string') return;
      const message = FromTerminal.safeParse(JSON.parse(data)).data;
      if (message?.type === 'state') this.#options.onState(message);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      clearTimeout(this.#timer);
      this.#comeAgain(
        code === TERMINAL_CLOSE.slow ? 'There was too much to show.' : 'The connection broke off.',
      );
    };
  }

  /** A visit is as long as a right may still hold that was taken away, so it is asked for again. */
  async #renew(): Promise<void> {
    try {
      const { ticket } = await this.#options.visit();
      this.say({ type: 'renew', ticket });
      this.#timer = setTimeout(() => void this.#renew(), RENEW_MS);
    } catch {
      // The bridge ends the visit, and the next one says why there is none.
      this.#timer = setTimeout(() => void this.#renew(), MAX_PAUSE_MS);
    }
  }

  #comeAgain(why: string): void {
    if (this.#isClosed) return;
    this.#options.onConnection({ type: 'waiting', why });
    this.#timer = setTimeout(() => void this.#connect(), this.#pauseMs);
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
  }
}
