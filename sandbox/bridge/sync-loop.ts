import { unknownEvent } from '@/domain/events/parse-event';
import { type NumberedCommand, type SyncRequest, SyncResponse } from '@/domain/wire/bridge';
import { Alarm } from './alarm';
import { BackOff } from './back-off';
import { buildSync, FULL_LIMITS, smaller, type SyncLimits } from './build-sync';
import type { Journal } from './journal';
import { deltaWindowMs, type LiveText } from './live-text';
import { RefusedError, type ServerClient, UnreachableError } from './server-client';
import { steadyMs } from '../steady-clock';

const HEARTBEAT_MS = 20_000;
const TIMEOUT_MS = 15_000;
/** How long a call waits at the server for a command while no doorbell can ring. */
const POLL_SECONDS = 25;

export interface SyncLoopOptions {
  server: ServerClient;
  journal: Journal;
  live: LiveText;
  /** One's own realtime server has no message quota, so live text may go out more often. */
  isOwnRealtime: boolean;
  /** Called with commands in order; they are taken durably before the next sync says so. */
  onCommands: (commands: readonly NumberedCommand[]) => void;
}

/** Why the loop ended: it was closed, or the server says that this life is over. */
export type SyncEnd = { type: 'closed' } | { type: 'fenced'; message: string };

/**
 * Keeps server and bridge in step by one idempotent call. An event goes out at once, live text in windows; what
 * failed is sent again for ever, since the journal keeps it.
 */
export class SyncLoop {
  readonly #options: SyncLoopOptions;
  readonly #alarm = new Alarm();
  readonly #backOff = new BackOff(200, 5_000);
  readonly #flushed: (() => void)[] = [];
  #limits: SyncLimits = FULL_LIMITS;
  #watchers = 0;
  #lastSyncMs = 0;
  #retryAtMs = 0;
  #ackedCommand = -1;
  #isKicked = true;
  #isClosed = false;
  #fenced: string | null = null;

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  /** Somebody rang, or something happened that the server should hear now. */
  kick(): void {
    this.#isKicked = true;
    this.#alarm.ring();
  }

  /** The way to the server may be open again: the next try need not wait. */
  retryNow(): void {
    this.#retryAtMs = 0;
    this.kick();
  }

  /**
   * It rang. What came with the ring is taken when it is the very next; else something is missing before it, and the
   * sync that follows brings all of it in order.
   */
  rang(commands: readonly NumberedCommand[]): void {
    const { lastCommand } = this.#options.journal.state;
    const isNext = commands.every(({ n }, index) => n === lastCommand + 1 + index);
    if (isNext && this.#fenced === null && !this.#isClosed) this.#takeCommands(commands);
    this.retryNow();
  }

  /** There is new text or a new event; each goes out when it is due. */
  changed(): void {
    this.#alarm.ring();
  }

  close(): void {
    this.#isClosed = true;
    this.#alarm.ring();
  }

  /** Resolves to whether every event was acknowledged in time. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#options.journal.state.pending.length === 0) return true;
    this.retryNow();
    let timer: NodeJS.Timeout | undefined;
    const done = new Promise<boolean>((resolve) => {
      this.#flushed.push(() => resolve(true));
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const isFlushed = await done;
    clearTimeout(timer);
    return isFlushed;
  }

  /** Runs until it is closed or fenced. */
  async run(): Promise<SyncEnd> {
    while (!this.#isClosed && this.#fenced === null) {
      const waitMs = this.#dueAtMs() - steadyMs();
      if (waitMs > 0) {
        await this.#alarm.sleep(waitMs);
        continue;
      }
      await this.#exchange();
    }
    return this.#fenced === null ? { type: 'closed' } : { type: 'fenced', message: this.#fenced };
  }

  /**
   * Waits at the server for commands while no doorbell can ring. Resolves after one wait; the caller repeats it
   * as long as it is away. Errors: UnreachableError, when the caller should pause first.
   */
  async poll(signal: AbortSignal): Promise<void> {
    const acked = this.#options.journal.state.lastCommand;
    try {
      this.#take(
        await this.#options.server.call({
          method: 'GET',
          path: `/api/sandbox/sync?wait=${POLL_SECONDS}&acked=${acked}`,
          answer: SyncResponse,
          timeoutMs: (POLL_SECONDS + 15) * 1_000,
          signal,
        }),
      );
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RefusedError && error.isFatal) this.#fence(error.message);
      else throw error instanceof RefusedError ? new UnreachableError('poll', error) : error;
    }
  }

  #dueAtMs(): number {
    const { journal, live, isOwnRealtime } = this.#options;
    const { pending, lastCommand } = journal.state;
    const isUrgent = this.#isKicked || pending.length > 0 || lastCommand !== this.#ackedCommand;
    const windowMs = deltaWindowMs(this.#watchers, isOwnRealtime);
    const due = isUrgent
      ? 0
      : Math.min(
          this.#lastSyncMs + HEARTBEAT_MS,
          live.dueAtMs(this.#lastSyncMs, windowMs) ?? Number.POSITIVE_INFINITY,
        );
    return Math.max(due, this.#retryAtMs);
  }

  async #exchange(): Promise<void> {
    const { journal, live, server } = this.#options;
    this.#isKicked = false;
    if (this.#watchers === 0) live.skipDeltas();
    const { all: checkpoints, fresh } = live.checkpoints(steadyMs());
    if (fresh.length > 0) journal.append(...fresh.map((checkpoint) => ({ t: 'text' as const, checkpoint })));
    const hasWatchers = this.#watchers > 0;
    const request = buildSync(journal.state, live, { limits: this.#limits, checkpoints, hasWatchers });
    try {
      const answer = await server.call({
        method: 'POST',
        path: '/api/sandbox/sync',
        body: request,
        answer: SyncResponse,
        timeoutMs: TIMEOUT_MS,
      });
      this.#lastSyncMs = steadyMs();
      this.#confirm(request, answer);
    } catch (error) {
      this.#onFailure(request, error);
    }
  }

  #confirm(request: SyncRequest, answer: SyncResponse): void {
    const { live } = this.#options;
    if (this.#limits.withLiveText) {
      live.confirmDeltas();
      live.confirmCheckpoints();
    }
    this.#ackedCommand = request.ackedCommand;
    this.#limits = FULL_LIMITS;
    const ackedBefore = this.#options.journal.state.acked;
    this.#take(answer);
    const isStuck = request.events.length > 0 && this.#options.journal.state.acked === ackedBefore;
    // An answer that acknowledges nothing of what was sent is asked again, but not in a tight loop.
    if (isStuck) this.#retryAtMs = steadyMs() + this.#backOff.next();
    else this.#succeeded();
  }

  #succeeded(): void {
    this.#backOff.reset();
    this.#retryAtMs = 0;
  }

  #take(answer: SyncResponse): void {
    const { journal } = this.#options;
    const { epoch, lastEvent, acked } = journal.state;
    const over =
      answer.epoch === epoch
        ? answer.ack > lastEvent && 'another bridge writes in this epoch'
        : `the session has moved on to epoch ${answer.epoch}`;
    if (over !== false) {
      this.#fence(over);
      return;
    }
    if (answer.ack > acked) journal.append({ t: 'ack', n: answer.ack });
    this.#watchers = answer.watchers;
    this.#takeCommands(answer.commands.filter(({ n }) => n > journal.state.lastCommand));
    if (journal.state.pending.length === 0) for (const resolve of this.#flushed.splice(0)) resolve();
    journal.compact();
  }

  #takeCommands(fresh: readonly NumberedCommand[]): void {
    if (fresh.length === 0) return;
    const { journal, onCommands } = this.#options;
    journal.append(...fresh.map(({ n, command }) => ({ t: 'command' as const, n, command })));
    onCommands(fresh);
    this.#alarm.ring();
  }

  #onFailure(request: SyncRequest, error: unknown): void {
    if (error instanceof RefusedError && error.isFatal) {
      this.#fence(error.message);
      return;
    }
    if (error instanceof RefusedError && error.isAboutBody) {
      this.#shrink(request, error);
    } else if (!(error instanceof RefusedError) && !(error instanceof UnreachableError)) {
      throw error;
    }
    this.#isKicked = true;
    this.#retryAtMs = steadyMs() + this.#backOff.next();
  }

  /** One event that is refused for its own sake is replaced by one that says so, under its number. */
  #shrink(request: SyncRequest, error: RefusedError): void {
    const { journal } = this.#options;
    console.error(`bridge: ${error.message}`);
    const limits = smaller(this.#limits, request);
    if (limits) {
      this.#limits = limits;
      this.#backOff.reset();
      return;
    }
    const event = journal.state.pending.find(({ n }) => n === request.first)?.event;
    if (event && event.kind !== 'unknown') {
      const replaced = unknownEvent(event, `The server did not take this event: ${error.message}`);
      journal.append({ t: 'event', n: request.first, event: replaced });
    }
  }

  #fence(message: string): void {
    this.#fenced = message;
    this.#alarm.ring();
  }
}
