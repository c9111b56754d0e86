import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import PusherClient from 'pusher-js';
import type { ClientKind } from '@/domain/events/actor';
import { SessionId } from '@/domain/ids';
import { RealtimeConnection } from '@/domain/sync/realtime-connection';
import { pusherOptions, type SignChannel } from '@/domain/sync/realtime-options';
import { type PresenceSnapshot, SessionPresence } from '@/domain/sync/session-presence';
import type { Scheduler } from '@/domain/sync/scheduler';
import type { RealtimeServerOptions } from '@/embedded/realtime/start-realtime-server';
import { RealtimeBench, type Target } from '@/testing/realtime-target';
import { VirtualTime } from '@/testing/virtual-time';

export const PRESENCE_SESSION = SessionId.parse('33333333-3333-4333-8333-333333333333');

/** The machine's own clock, for what waits on a network. */
const SYSTEM_TIME: Scheduler = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** One tab or terminal of somebody, on the real pusher-js over a line that can be cut; its own clock is virtual. */
export interface Guest {
  presence: SessionPresence;
  connection: RealtimeConnection;
  line: Line;
  /** How many requests for a signature it made. */
  asked: () => number;
}

interface GuestOptions {
  via?: ClientKind;
  accessVersion?: number;
  sign?: SignChannel;
}

/** People with several clients each on one real realtime server. */
export class PresenceBench {
  readonly realtime = new RealtimeBench();
  readonly time = new VirtualTime();
  readonly #guests: Guest[] = [];
  readonly #lines: Line[] = [];
  #target: Target | undefined;
  #isClosed = false;

  async open(options: Partial<RealtimeServerOptions> = {}): Promise<void> {
    this.#target = await this.realtime.target(options);
  }

  /** A server that the test itself starts and ends. */
  openAt(target: Target): void {
    this.#target = target;
  }

  get target(): Target {
    if (!this.#target) throw new Error('The bench is not open.');
    return this.#target;
  }

  /** Signs as the app does: the member is the person, with the client that asks. */
  signerOf(name: string, via: ClientKind): SignChannel {
    return ({ socketId, channel }) =>
      Promise.resolve(
        this.realtime.pusher(this.target).authorizeChannel(socketId, channel, {
          user_id: name.toLowerCase(),
          user_info: { name, login: name.toLowerCase(), via },
        }),
      );
  }

  /** Somebody opens the session in one more tab or terminal. */
  async join(name: string, options: GuestOptions = {}): Promise<Guest> {
    const { via = 'web', accessVersion = 1, sign = this.signerOf(name, via) } = options;
    const line = await Line.to(this.target);
    this.#lines.push(line);
    const address = { host: '127.0.0.1', port: line.port, useTls: false, cluster: 'none' };
    let asked = 0;
    const counting: SignChannel = (request) => {
      asked += 1;
      return sign(request);
    };
    const connection = new RealtimeConnection(
      new PusherClient(this.target.key, pusherOptions(address, counting)),
      SYSTEM_TIME,
    );
    const presence = new SessionPresence({
      ...{ sessionId: PRESENCE_SESSION, clientId: randomUUID(), via },
      realtime: connection,
      scheduler: this.time,
    });
    presence.follow(accessVersion);
    const guest = { presence, connection, line, asked: () => asked };
    this.#guests.push(guest);
    return guest;
  }

  /** Waits on the network until everybody named sees what is wanted; little virtual time passes meanwhile. */
  async until(guests: Guest | Guest[], wanted: (snapshot: PresenceSnapshot) => boolean): Promise<void> {
    for (const { presence } of [guests].flat()) {
      while (!wanted(presence.getSnapshot())) {
        if (this.#isClosed) throw new Error(`Not seen in time: ${seen(presence.getSnapshot())}`);
        await this.time.pass(5);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { presence, connection } of this.#guests.splice(0)) {
      presence.stop();
      connection.close();
    }
    for (const line of this.#lines.splice(0)) await line.close();
    await this.realtime.close();
  }
}

/** Who is seen, in words: `Ada web, Ben cli idle`. */
export function seen({ people }: PresenceSnapshot): string {
  return people
    .map(({ name, clients }) => {
      const kinds = clients.map(({ via, isIdle }) => (isIdle ? `${via} idle` : via));
      return `${name} ${kinds.join('+')}`;
    })
    .join(', ');
}

/** A TCP line to a server, which can be cut, or go silent without an end. */
export class Line {
  readonly #server = createServer((near) => this.#relay(near));
  readonly #sockets = new Set<Socket>();
  readonly #target: Target;
  #isSilent = false;

  private constructor(target: Target) {
    this.#target = target;
  }

  static async to(target: Target): Promise<Line> {
    const line = new Line(target);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    // A listening TCP server has an AddressInfo.
    return (this.#server.address() as AddressInfo).port;
  }

  /** Both ends see a broken connection; new ones are let through. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Nothing gets through any more, and neither end is told. */
  silence(): void {
    this.#isSilent = true;
    for (const socket of this.#sockets) socket.unpipe();
    for (const socket of this.#sockets) socket.pause();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(near: Socket): void {
    const far = connect(this.#target.port, this.#target.host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      // A cut line is what the test wants; what comes of it shows on the other end.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (!this.#isSilent) other.destroy();
      });
      if (!this.#isSilent) socket.pipe(other);
    }
  }
}
