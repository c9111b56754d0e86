import type { App, ModalClient } from 'modal';
import { loadModal } from './load-modal';
import { DeadlinePassed, isDeadConnection, refusalOf } from './refusal';

export interface ModalAccount {
  tokenId: string;
  tokenSecret: string;
  /** One of the workspace's environments; its own choice if left out. */
  environment?: string | undefined;
  /** The app that this deployment's sandboxes belong to; made when it is not there. */
  appName: string;
}

export interface ConnectionOptions extends ModalAccount {
  /** Milliseconds since 1970. */
  now: () => number;
  /** How long a call may take that says nothing else. */
  callTimeoutMs: number;
}

/** A client that answered lately, and the app as that client knows it. */
export interface Connected {
  client: ModalClient;
  app: () => Promise<App>;
}

export interface ModalCall {
  /** Completes "Modal could not". */
  what: string;
  timeoutMs?: number;
  /** What it does may not be done twice, so it is not tried again when its answer does not come. */
  isOnce?: boolean;
}

interface Held extends Connected {
  usedAtMs: number;
}

/**
 * After so long without a call a connection may be dead without a sign of it: a frozen function's first call then hung
 * for 10 to 40 s, while a new client took 155 ms (measured with 0.11.1).
 */
const IDLE_LIMIT_MS = 20_000;

/**
 * How long the SDK may wait when Modal tells it to come back later; without, it waits for ever. Less than a call may
 * take, so that being throttled is told as that and not as silence.
 */
const THROTTLE_WAIT_SECONDS = 8;

/** The way to Modal: one client for many calls, replaced when it may be dead, and a deadline on everything. */
export class ModalConnection {
  readonly #options: ConnectionOptions;
  #held: Held | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * Makes calls to Modal, once more on a fresh client when nothing came back. Errors: `sandbox_unavailable`, with why
   * where Modal said it; an `AppError` of the work itself stays what it is.
   */
  async call<T>(call: ModalCall, work: (on: Connected) => Promise<T>): Promise<T> {
    try {
      return await this.#tryOnce(call, work);
    } catch (error) {
      if (call.isOnce === true || !isDeadConnection(error)) throw refusalOf(error, call.what);
    }
    try {
      return await this.#tryOnce(call, work);
    } catch (error) {
      throw refusalOf(error, call.what);
    }
  }

  async #tryOnce<T>(call: ModalCall, work: (on: Connected) => Promise<T>): Promise<T> {
    const held = await this.#connect();
    try {
      const answer = await within(call.timeoutMs ?? this.#options.callTimeoutMs, work(held));
      held.usedAtMs = this.#options.now();
      return answer;
    } catch (error) {
      // Another call may have replaced it already.
      if (isDeadConnection(error) && this.#held === held) this.#held = null;
      throw error;
    }
  }

  async #connect(): Promise<Held> {
    const { ModalClient } = await loadModal();
    const nowMs = this.#options.now();
    if (this.#held !== null && nowMs - this.#held.usedAtMs <= IDLE_LIMIT_MS) {
      this.#held.usedAtMs = nowMs;
      return this.#held;
    }
    const { tokenId, tokenSecret, environment, appName } = this.#options;
    const client = new ModalClient({
      ...{ tokenId, tokenSecret, maxThrottleWaitSecs: THROTTLE_WAIT_SECONDS, logLevel: 'error' },
      ...(environment === undefined ? {} : { environment }),
    });
    this.#held = { client, app: rememberApp(client, appName), usedAtMs: nowMs };
    return this.#held;
  }
}

/** Looks it up once; a look that failed is not remembered. */
function rememberApp(client: ModalClient, name: string): () => Promise<App> {
  let found: Promise<App> | undefined;
  return async () => {
    found ??= client.apps.fromName(name, { createIfMissing: true });
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw error;
    }
  };
}

/** The SDK has no deadlines of its own; what is still under way when one passes is left to end by itself. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlinePassed(timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
