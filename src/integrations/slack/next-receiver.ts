import { createHmac, timingSafeEqual } from 'node:crypto';
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';

/** What Slack lets pass between signing and reading. */
const MAX_AGE_SECONDS = 300;

/** Why Slack's request was not passed on. */
const UNSIGNED =
  'This is not signed with the signing secret of the app, or was signed more than five minutes ago.';

/** Hands the requests of a web server to Bolt and Bolt's answers back. */
export class NextReceiver implements Receiver {
  readonly #signingSecret: string;
  #app: App | undefined;

  constructor(signingSecret: string) {
    this.#signingSecret = signingSecret;
  }

  init(app: App): void {
    this.#app = app;
  }

  async start(): Promise<void> {
    // The web server listens.
  }

  async stop(): Promise<void> {
    // And ends.
  }

  /** Answers as soon as a listener acknowledged; 401 for what Slack did not sign, 500 for what could not be kept. */
  async answer(request: Request): Promise<Response> {
    // Signed to the byte: as text it is what was sent only if it was UTF-8, and Slack's is.
    const raw = await request.text();
    if (!this.#isSigned(request.headers, raw)) return new Response(UNSIGNED, { status: 401 });
    const body = parseBody(raw, request.headers.get('content-type') ?? '');
    if (body === null) return new Response('The body is neither JSON nor a form.', { status: 400 });
    if (body['ssl_check'] !== undefined) return new Response();
    if (body['type'] === 'url_verification') return Response.json({ challenge: body['challenge'] });
    return this.#pass(body, request.headers);
  }

  async #pass(body: Record<string, unknown>, headers: Headers): Promise<Response> {
    const app = this.#app;
    if (!app) throw new Error('Bolt has not been given its receiver.');
    const acknowledged: { answer?: Response } = {};
    const retry = headers.get('x-slack-retry-num');
    const event: ReceiverEvent = {
      body,
      ack: async (answer) => {
        acknowledged.answer ??= answerOf(answer);
      },
      ...(retry === null ? {} : { retryNum: Number(retry) }),
      retryReason: headers.get('x-slack-retry-reason') ?? '',
    };
    await app.processEvent(event);
    // What nobody listens to is no error of Slack's.
    return acknowledged.answer ?? new Response();
  }

  #isSigned(headers: Headers, raw: string): boolean {
    const timestamp = headers.get('x-slack-request-timestamp') ?? '';
    const given = Buffer.from(headers.get('x-slack-signature') ?? '');
    const age = Math.abs(Date.now() / 1_000 - Number(timestamp));
    if (!/^\d+$/.test(timestamp) || age > MAX_AGE_SECONDS) return false;
    const mac = createHmac('sha256', this.#signingSecret).update(`v0:${timestamp}:${raw}`).digest('hex');
    const right = Buffer.from(`v0=${mac}`);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

function answerOf(answer: unknown): Response {
  if (answer === undefined || answer === '') return new Response();
  return typeof answer === 'string' ? new Response(answer) : Response.json(answer);
}

/** Events come as JSON; commands and what is pressed as forms, the latter with JSON in a field. */
function parseBody(raw: string, contentType: string): Record<string, unknown> | null {
  try {
    if (!contentType.startsWith('application/x-www-form-urlencoded')) return objectOf(JSON.parse(raw));
    const form = Object.fromEntries(new URLSearchParams(raw));
    return form['payload'] === undefined ? form : objectOf(JSON.parse(form['payload']));
  } catch {
    return null; // told to the caller as such
  }
}

function objectOf(value: unknown): Record<string, unknown> | null {
  // What JSON gives for an object.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
