import { SessionStream } from '@/domain/sync/session-stream';
import type { LoggedEvent } from '@/domain/events/logged-event';
import { LogWriter, SESSION_ID } from './event-log';
import { SimulatedSession, type SimulatedClient } from './simulated-session';
import { VirtualTime } from './virtual-time';

/** A session with one client on it, in fair weather and virtual time. */
export class StreamBench {
  readonly time = new VirtualTime(7);
  readonly session = new SimulatedSession(this.time);
  readonly log = new LogWriter().create();
  network: SimulatedClient;
  stream: SessionStream;

  constructor() {
    this.session.log.push(...this.log.events);
    this.network = this.session.join();
    this.stream = this.open(this.network);
  }

  open(client: SimulatedClient): SessionStream {
    return new SessionStream({
      sessionId: SESSION_ID,
      source: client,
      realtime: client,
      scheduler: this.time,
    });
  }

  /** Puts another client in the place of the first. */
  rejoin(options: { pageEvents: number }): void {
    this.network = this.session.join(options);
    this.stream = this.open(this.network);
  }

  /** What happened and the server neither stored nor told yet. */
  news(): LoggedEvent[] {
    return this.log.events.slice(this.session.log.length);
  }

  /** A prompt that waits for ever, since no sandbox comes: its events. */
  send(text = 'hello'): LoggedEvent[] {
    this.log.send(text);
    return this.news();
  }

  /** Starts the stream and waits until it is live. */
  async goLive(): Promise<void> {
    this.stream.start();
    await this.time.pass(50);
    const { kind } = this.stream.getSnapshot().state;
    if (kind !== 'live') throw new Error(`the stream is ${kind}`);
  }
}
