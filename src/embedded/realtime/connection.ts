import type { WebSocket } from 'ws';
import { CODES, encodeFrame, errorFrame, systemFrame } from './frames';
import type { RealtimeLimits } from './limits';

/** A user that signed in on a connection, from `user_data` that the app signed. */
export interface SignedInUser {
  id: string;
  info: unknown;
  watchlist: readonly string[];
}

const PING = encodeFrame({ event: 'pusher:ping', data: '{}' });
/** How long a peer has to answer a close frame before its socket is cut. */
const CLOSE_GRACE_MS = 2_000;

/** One client: sends to it, watches that it is alive and keeps up, and counts its client events. */
export class Connection {
  readonly socketId: string;
  readonly channels = new Set<string>();
  user: SignedInUser | null = null;
  readonly #socket: WebSocket;
  readonly #limits: RealtimeLimits;
  readonly #onGone: (connection: Connection) => void;
  readonly #clientEventTimes: number[] = [];
  #heartbeat: NodeJS.Timeout;
  #isGone = false;

  /** `onGone` is called once, as soon as nothing more can be delivered, before the socket is closed. */
  constructor(
    socket: WebSocket,
    options: { socketId: string; limits: RealtimeLimits; onGone: (connection: Connection) => void },
  ) {
    this.socketId = options.socketId;
    this.#socket = socket;
    this.#limits = options.limits;
    this.#onGone = options.onGone;
    this.#heartbeat = this.#pingWhenIdle();
    socket.on('pong', () => this.heard());
    socket.on('ping', () => this.heard());
    socket.on('close', () => this.#leave());
  }

  /** Sends an encoded frame. A client that reads too slowly is closed instead of filling the memory. */
  send(frame: string): void {
    if (this.#isGone) return;
    this.#socket.send(frame);
    if (this.#socket.bufferedAmount > this.#limits.bufferedBytes) {
      this.close(CODES.overCapacity, 'Over capacity: this client reads more slowly than it is sent to');
    }
  }

  /** Tells the client what was wrong with its message; the connection stays. */
  refuse(code: number | null, message: string): void {
    this.send(errorFrame(code, message));
  }

  /** Says why, then closes: the error frame is for clients that cannot see close codes. */
  refuseAndClose(code: number, message: string): void {
    this.refuse(code, message);
    this.close(code, message);
  }

  /** Closes with a Pusher code; `reason` is at most 123 bytes. */
  close(code: number, reason: string): void {
    this.#leave();
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref();
  }

  /** Any sign of life puts the next ping off. */
  heard(): void {
    clearTimeout(this.#heartbeat);
    if (!this.#isGone) this.#heartbeat = this.#pingWhenIdle();
  }

  /** Counts a client event; false when there were already as many within the last second as allowed. */
  mayTrigger(nowMs: number): boolean {
    const times = this.#clientEventTimes;
    while (times[0] !== undefined && times[0] <= nowMs - 1_000) times.shift();
    if (times.length >= this.#limits.clientEventsPerSecond) return false;
    times.push(nowMs);
    return true;
  }

  /** The greeting. The official client throws without an activity timeout of at least a second. */
  greet(): void {
    const activity_timeout = Math.max(1, Math.round(this.#limits.activityTimeoutMs / 1_000));
    this.send(systemFrame('pusher:connection_established', { socket_id: this.socketId, activity_timeout }));
  }

  #pingWhenIdle(): NodeJS.Timeout {
    return setTimeout(() => {
      this.send(PING);
      this.#socket.ping();
      this.#heartbeat = setTimeout(
        () => this.close(CODES.noPong, 'Pong reply not received'),
        this.#limits.pongTimeoutMs,
      );
    }, this.#limits.activityTimeoutMs);
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#heartbeat);
    this.#onGone(this);
  }
}
