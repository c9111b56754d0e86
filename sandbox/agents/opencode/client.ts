import { z } from 'zod';
import { type PendingAsks, readPending } from './asks';
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

/** A picture for the model to see, as a data URL. */
export interface PromptFile {
  name: string;
  mime: string;
  url: string;
}

/** Something that is said to the agent. */
export interface PromptBody {
  messageId: string;
  textPartId: string;
  text: string;
  files: readonly PromptFile[];
  /** The name of a way to use the model that its configuration knows; null for the plain one. */
  variant: string | null;
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

  /**
   * Hands a prompt over; a session that works reads it at its next step. The same ids again are the same prompt. The
   * answer says nothing of whether OpenCode could read the files: it finds out afterwards, and then keeps nothing.
   */
  async prompt(sessionId: string, prompt: PromptBody): Promise<void> {
    const { messageId, textPartId, text, files, variant } = prompt;
    const pictures = files.map(({ name, mime, url }, index) => ({
      ...{ id: `${textPartId}f${String(index + 10)}`, type: 'file', mime, filename: name, url },
    }));
    const parts = [{ id: textPartId, type: 'text', text }, ...pictures];
    const body = { messageID: messageId, parts, ...(variant !== null && { variant }) };
    await this.#call('POST', `/session/${sessionId}/prompt_async`, { body });
  }

  /** Makes an idle session answer a message that it has. Without an unanswered one nothing happens. */
  async nudge(sessionId: string, messageId: string, variant: string | null): Promise<void> {
    const body = { messageID: messageId, parts: [], ...(variant !== null && { variant }) };
    await this.#call('POST', `/session/${sessionId}/prompt_async`, { body });
  }

  /** Takes a message out of an idle session's history. */
  async forget(sessionId: string, messageId: string): Promise<void> {
    await this.#call('DELETE', `/session/${sessionId}/message/${messageId}`);
  }

  /** Tells the agent something without asking for an answer. */
  async inform(sessionId: string, text: string): Promise<void> {
    const body = { noReply: true, parts: [{ type: 'text', text }] };
    await this.#call('POST', `/session/${sessionId}/message`, { body });
  }

  async abort(sessionId: string): Promise<void> {
    await this.#call('POST', `/session/${sessionId}/abort`, { timeoutMs: 3_000 });
  }

  /** What the sessions that don't rest are doing. */
  async statuses(): Promise<Readonly<Record<string, SessionStatus>>> {
    return Statuses.parse(await this.#call('GET', '/session/status', { timeoutMs: 3_000 }));
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

  /** Everything that waits for people. Null when OpenCode can't say, which happens for some asks of its own making. */
  async pendingAsks(): Promise<PendingAsks | null> {
    try {
      const [permissions, questions] = await Promise.all([
        this.#call('GET', '/permission'),
        this.#call('GET', '/question'),
      ]);
      return readPending(permissions, questions);
    } catch (error) {
      if (!(error instanceof OpenCodeError) || error.status === null) throw error;
      console.error(`bridge: ${error.message}`);
      return null;
    }
  }

  /** A rejection with a message is told to the model. */
  async replyPermission(
    id: string,
    { reply, message }: { reply: 'once' | 'always' | 'reject'; message: string | null },
  ): Promise<void> {
    const body = { reply, ...(message !== null && { message }) };
    await this.#call('POST', `/permission/${id}/reply`, { body });
  }

  async replyQuestion(id: string, answers: readonly (readonly string[])[]): Promise<void> {
    await this.#call('POST', `/question/${id}/reply`, { body: { answers } });
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
    method: 'GET' | 'POST' | 'DELETE',
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
    method: 'GET' | 'POST' | 'DELETE',
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
