import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** Slack's own patience. */
const TIMEOUT_MS = 3_000;

/** One try to hand something to the app. */
export interface SlackDelivery {
  kind: string;
  /** 0 when nobody answered in time. */
  status: number;
  tookMs: number;
  retry: number;
  /** What the app answered. */
  text: string;
}

/** Hands events, commands and what is pressed to the app as Slack does: signed, with three seconds to answer. */
export class Deliveries {
  readonly log: SlackDelivery[] = [];
  readonly #target: { url: string; signingSecret: string; retryDelaysMs: readonly number[] };
  readonly #closing = new AbortController();

  constructor(target: { url: string; signingSecret: string; retryDelaysMs: readonly number[] }) {
    this.#target = target;
  }

  /** Once: a command or a press that fails is said to its author, and they do it again. */
  async once(kind: string, form: Record<string, string>): Promise<SlackDelivery> {
    const body = new URLSearchParams(form).toString();
    return this.#attempt({ kind, body, type: 'application/x-www-form-urlencoded', retry: 0, reason: '' });
  }

  /** An event is tried up to three times more. */
  async event(envelope: object): Promise<SlackDelivery> {
    const body = JSON.stringify(envelope);
    let reason = '';
    for (let retry = 0; ; retry += 1) {
      const tried = await this.#attempt({ kind: 'event', body, type: 'application/json', retry, reason });
      const isTaken = tried.status >= 200 && tried.status < 300;
      const pause = this.#target.retryDelaysMs[retry];
      if (isTaken || pause === undefined || this.#closing.signal.aborted) return tried;
      reason = tried.status === 0 ? 'http_timeout' : 'http_error';
      await delay(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined); // closing
    }
  }

  /** Gives up what is under way. */
  close(): void {
    this.#closing.abort();
  }

  async #attempt(given: {
    kind: string;
    body: string;
    type: string;
    retry: number;
    reason: string;
  }): Promise<SlackDelivery> {
    const { kind, body, type, retry, reason } = given;
    const from = Date.now();
    const signed = signatureHeaders(this.#target.signingSecret, body);
    const again = { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };
    const headers = { 'content-type': type, ...signed, ...(retry === 0 ? {} : again) };
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const done = (status: number, text: string): SlackDelivery => {
      const delivery = { kind, status, text, retry, tookMs: Date.now() - from };
      this.log.push(delivery);
      return delivery;
    };
    try {
      const response = await fetch(this.#target.url, { method: 'POST', body, headers, signal });
      return done(response.status, await response.text());
    } catch (error) {
      // The app may not be up yet; the log says what became of it.
      return done(0, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Slack's signature over a body, as of now or of another time (seconds since 1970). */
export function signatureHeaders(
  signingSecret: string,
  body: string,
  at = Math.floor(Date.now() / 1_000),
): Record<string, string> {
  const mac = createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${mac}` };
}
