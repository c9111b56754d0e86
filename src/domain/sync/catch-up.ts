import { AppError, type ErrorCode } from '../errors';
import { Alarm } from './alarm';
import { Backoff } from './backoff';
import type { Scheduler } from './scheduler';

const RETRY = { firstMs: 500, factor: 2, maxMs: 15_000 };
/** A request that is not answered by then counts as failed. */
const TIMEOUT_MS = 20_000;
/** Refusals that asking again does not change. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unauthenticated',
  'forbidden',
  'not_found',
  'client_too_old',
]);

interface CatchUpDeps {
  scheduler: Scheduler;
  /** Lists once and applies it; whether there is more to list right now. */
  list: () => Promise<boolean>;
  onChange: () => void;
}

/**
 * Asks the server until a client is complete: one request at a time, failures retried without limit. A refusal
 * for good ends it until `hurry`.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #alarm: Alarm;
  readonly #backoff: Backoff;
  #isRunning = false;
  #isAskedAgain = false;
  #isStopped = false;
  #failingSinceMs: number | null = null;
  #refusal: AppError | null = null;

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.scheduler);
    this.#backoff = new Backoff(RETRY, () => deps.scheduler.random());
  }

  get failingSinceMs(): number | null {
    return this.#failingSinceMs;
  }

  get refusal(): AppError | null {
    return this.#refusal;
  }

  /** Lists after `delayMs` at the latest; while requests fail, when the next retry is due. */
  request(delayMs = 0): void {
    if (this.#isStopped || this.#refusal) return;
    if (this.#isRunning) this.#isAskedAgain = true;
    else if (this.#failingSinceMs === null || this.#alarm.dueMs === null) {
      this.#alarm.setBy(delayMs, () => void this.#run());
    }
  }

  /** Lists now, whatever failed before. */
  hurry(): void {
    if (this.#isStopped) return;
    this.#refusal = null;
    this.#backoff.reset();
    if (this.#isRunning) this.#isAskedAgain = true;
    else this.#alarm.set(0, () => void this.#run());
  }

  stop(): void {
    this.#isStopped = true;
    this.#alarm.clear();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#isAskedAgain = false;
    try {
      const hasMore = await this.#inTime(this.#deps.list());
      this.#failingSinceMs = null;
      this.#backoff.reset();
      this.#isAskedAgain ||= hasMore;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isRunning = false;
    }
    if (this.#isStopped) return;
    if (this.#isAskedAgain && this.#failingSinceMs === null) this.request();
    this.#deps.onChange();
  }

  #failed(error: unknown): void {
    if (this.#isStopped) return;
    if (error instanceof AppError && FINAL.has(error.code)) {
      this.#refusal = error;
      return;
    }
    this.#failingSinceMs ??= this.#deps.scheduler.now();
    this.#alarm.set(this.#backoff.nextMs(), () => void this.#run());
  }

  async #inTime(listed: Promise<boolean>): Promise<boolean> {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#deps.scheduler.after(TIMEOUT_MS, () =>
        reject(new AppError('internal', `The server did not answer within ${TIMEOUT_MS / 1_000} s.`)),
      );
    });
    try {
      return await Promise.race([listed, late]);
    } finally {
      cancel();
    }
  }
}
