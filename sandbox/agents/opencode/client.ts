import { z } from 'zod';
import { SessionStatus, StoredMessage } from './events';
import { readServerSentEvents } from './server-sent-events';

const CALL_TIMEOUT_MS = 10_000;
/** A request that comes between bind and ready hangs until its own timeout, so the first ones are short. */
const HEALTH_TIMEOUT_MS = 500;
const PAGE = 100;

const Health = z.object({ healthy: z.boolean() });
const Session = z.object({ id: z.string() });
const Statuses = z.record(z.string(), SessionStatus);
/** What every instance route answers when OpenCode could not read its configuration. */
const ConfigError = z.object({ name: z.string(), data: z.unknown() });

/** OpenCode answered with an error, or with nothing. */
export class OpenCodeError extends Error {
  readonly status: number | null;

  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OpenCodeError';
    this.status = status;
  }
}

export interface PromptBody {
  messageId: string;
  textPartId: string;
  text: string;
}

/** OpenCode's HTTP interface, as far as a turn needs it. Errors of every call: OpenCodeError. */
export class OpenCodeClient {
  readonly #baseUrl: string;
  readonly #authorization: string;

  constructor({ port, password }: { port: number; password: string }) {
    this.#baseUrl = `http://127.0.0.1:${port}`;
    this.#authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
  }

  async isHealthy(): Promise<boolean> {
    try {
      const answer = await this.#call('GET', '/global/health', { timeoutMs: HEALTH_TIMEOUT_MS });
      return Health.parse(answer).healthy;
    } catch (error) {
      if (error instanceof OpenCodeError) return false;
      throw error;
    }
  }

  /** Makes OpenCode set itself up for the folder, which takes a second, and says if its configuration is bad. */
  async warm(): Promise<void> {
    const answer = await this.#call('GET', '/config', { timeoutMs: 30_000 });
    const bad = ConfigError.safeParse(answer);
    if (bad.success) throw new OpenCodeError(`OpenCode refused its configuration: ${bad.data.name}`, null);
  }

  hasSession(id: string): Promise<boolean> {
    return this.#exists(`/session/${id}`);
  }

  hasMessage(sessionId: string, messageId: string): Promise<boolean> {
    return this.#exists(`/session/${sessionId}/message/${messageId}`);
  }

  /** A given title saves the call to the model that would make one up. */
  async createSession(title: string): Promise<string> {
    return Session.parse(await this.#call('POST', '/session', { body: { title } })).id;
  }

  /** Hands a prompt over. The same ids again are the same prompt. */
  async prompt(sessionId: string, prompt: PromptBody): Promise<void> {
    const parts = [{ id: prompt.textPartId, type: 'text', text: prompt.text }];
    const body = { messageID: prompt.messageId, parts };
    await this.#call('POST', `/session/${sessionId}/prompt_async`, { body });
  }

  /** Tells the agent something without asking for an answer. */
  async inform(sessionId: string, text: string): Promise<void> {
    const body = { noReply: true, parts: [{ type: 'text', text }] };
    await this.#call('POST', `/session/${sessionId}/message`, { body });
  }

  async abort(sessionId: string): Promise<void> {
    await this.#call('POST', `/session/${sessionId}/abort`, { timeoutMs: 3_000 });
  }

  /** Whether a session works, waits for the model, or does nothing. */
  async status(sessionId: string): Promise<SessionStatus> {
    const all = Statuses.parse(await this.#call('GET', '/session/status', { timeoutMs: 3_000 }));
    return all[sessionId] ?? { type: 'idle' };
  }

  /** A session's messages from the given one on, oldest first; all of them when it is not among them. */
  async messagesFrom(sessionId: string, messageId: string): Promise<StoredMessage[]> {
    let read: StoredMessage[] = [];
    const isEnough = (): boolean => read.some(({ info }) => info.id === messageId);
    for (let cursor: string | null = ''; cursor !== null && !isEnough();) {
      const before: string = cursor === '' ? '' : `&before=${encodeURIComponent(cursor)}`;
      const response = await this.#fetch('GET', `/session/${sessionId}/message?limit=${PAGE}${before}`);
      const page = z.array(StoredMessage).parse(await response.json());
      read = [...page, ...read];
      cursor = response.headers.get('x-next-cursor');
    }
    return read;
  }

  async allowPermission(id: string): Promise<void> {
    await this.#call('POST', `/permission/${id}/reply`, { body: { reply: 'once' } });
  }

  async rejectQuestion(id: string): Promise<void> {
    await this.#call('POST', `/question/${id}/reject`);
  }

  /** Follows OpenCode's events until the signal, the end of the stream or its breaking. */
  async follow(
    signal: AbortSignal,
    on: { open: () => void; frame: (frame: unknown) => void },
  ): Promise<void> {
    const response = await this.#fetch('GET', '/event', { signal });
    if (!response.body) throw new OpenCodeError('the event stream has no body', response.status);
    on.open();
    await readServerSentEvents(response.body, on.frame);
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#call('GET', path);
      return true;
    } catch (error) {
      if (error instanceof OpenCodeError && (error.status === 404 || error.status === 400)) return false;
      throw error;
    }
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    options: { body?: unknown; timeoutMs?: number } = {},
  ): Promise<unknown> {
    const signal = AbortSignal.timeout(options.timeoutMs ?? CALL_TIMEOUT_MS);
    const response = await this.#fetch(method, path, { signal, body: options.body });
    try {
      const text = await response.text();
      return text === '' ? null : JSON.parse(text);
    } catch (error) {
      throw new OpenCodeError(`${path} answered with no JSON`, response.status, error);
    }
  }

  async #fetch(
    method: 'GET' | 'POST',
    path: string,
    options: { body?: unknown; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const headers = { authorization: this.#authorization, 'content-type': 'application/json' };
    let response: Response;
    try {
      response = await fetch(this.#baseUrl + path, {
        method,
        headers,
        body: options.body === undefined ? null : JSON.stringify(options.body),
        signal: options.signal ?? AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
    } catch (error) {
      throw new OpenCodeError(`${method} ${path} failed: ${String(error)}`, null, error);
    }
    if (response.ok) return response;
    const body = await response.text();
    throw new OpenCodeError(`${method} ${path} ${response.status}: ${body.slice(0, 300)}`, response.status);
  }
}
