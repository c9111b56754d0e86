import type { RealtimeWebhookEvent } from '@/ports/realtime';
import type { RealtimeLimits } from './limits';
import { type Credentials, sign } from './signatures';

/** What the queue needs to know; `log` hears of batches that were given up. */
export interface WebhookQueueOptions {
  url: string;
  credentials: Credentials;
  limits: RealtimeLimits;
  log: (line: string) => void;
}

interface Batch {
  body: string;
  createdMs: number;
}

/**
 * Delivers signed webhooks in order: events of one window share a POST, and a POST that is not answered
 * with 2xx is repeated with doubling pauses for five minutes while the next ones wait behind it.
 */
export class WebhookQueue {
  readonly #options: WebhookQueueOptions;
  readonly #events: RealtimeWebhookEvent[] = [];
  readonly #batches: Batch[] = [];
  readonly #stop = new AbortController();
  #window: NodeJS.Timeout | null = null;
  #delivering: Promise<void> | null = null;

  constructor(options: WebhookQueueOptions) {
    this.#options = options;
  }

  push(event: RealtimeWebhookEvent): void {
    const { webhookBatchEvents, webhookBatchWindowMs } = this.#options.limits;
    this.#events.push(event);
    if (this.#events.length >= webhookBatchEvents) this.#seal();
    else this.#window ??= setTimeout(() => this.#seal(), webhookBatchWindowMs);
  }

  /** Sends what is pending once more at most and ends; what cannot be delivered now is dropped. */
  async close(): Promise<void> {
    this.#seal();
    this.#stop.abort();
    await this.#delivering;
  }

  #seal(): void {
    if (this.#window !== null) clearTimeout(this.#window);
    this.#window = null;
    if (this.#events.length === 0) return;
    const createdMs = Date.now();
    const body = JSON.stringify({ time_ms: createdMs, events: this.#events.splice(0) });
    this.#batches.push({ body, createdMs });
    this.#delivering ??= this.#deliverAll();
  }

  async #deliverAll(): Promise<void> {
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      await this.#deliver(batch);
    }
    this.#delivering = null;
  }

  async #deliver({ body, createdMs }: Batch): Promise<void> {
    const { limits, url, log } = this.#options;
    for (let pauseMs = limits.webhookFirstRetryMs; ; pauseMs *= 2) {
      const problem = await this.#post(body);
      if (problem === null) return;
      const isTooLate = Date.now() + pauseMs > createdMs + limits.webhookRetryForMs;
      if (isTooLate || this.#stop.signal.aborted) {
        log(`webhook dropped after ${Math.round((Date.now() - createdMs) / 1_000)} s: ${url}: ${problem}`);
        return;
      }
      await pause(pauseMs, this.#stop.signal);
    }
  }

  /** One attempt; gives what went wrong. */
  async #post(body: string): Promise<string | null> {
    const { url, credentials, limits } = this.#options;
    const closing = this.#stop.signal.aborted;
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: {
          // Exactly this, without a charset: the official library compares the whole value.
          'Content-Type': 'application/json',
          'X-Pusher-Key': credentials.key,
          'X-Pusher-Signature': sign(credentials.secret, body),
        },
        signal: AbortSignal.timeout(
          closing ? Math.min(1_000, limits.webhookTimeoutMs) : limits.webhookTimeoutMs,
        ),
      });
      await response.body?.cancel();
      return response.ok ? null : `status ${response.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Waits, or ends early when told to stop. */
async function pause(durationMs: number, stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    stop.addEventListener('abort', done);
    if (stop.aborted) done();
  });
}
