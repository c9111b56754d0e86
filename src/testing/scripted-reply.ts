/** The vocabulary in which a test writes what a scripted model answers. */
import type { FinishReason, TokenUsage } from '@/embedded/model/openai-stream';

/** One piece of an answer, sent in the order in which the pieces stand. */
export type ReplyPart =
  | { kind: 'text'; text: string; chunkChars: number | undefined; delayMs: number }
  | { kind: 'reasoning'; text: string }
  | { kind: 'tool'; name: string; arguments: string }
  | { kind: 'wait'; until: () => Promise<unknown> }
  /** Sent as they are, with no framing. */
  | { kind: 'bytes'; bytes: string }
  /** Sends nothing more and keeps the connection open until the client or the server ends it. */
  | { kind: 'stall' }
  /** Cuts the socket. */
  | { kind: 'drop' };

/** How a scripted model answers one request. */
export type Reply =
  | { kind: 'stream'; parts: readonly ReplyPart[]; usage?: TokenUsage; finish?: FinishReason }
  | { kind: 'refusal'; status: number; message: string; code?: string; headers?: Record<string, string> }
  /** Status 200 and an event stream that ends without a chunk. */
  | { kind: 'empty' }
  /** Takes the request and never answers. */
  | { kind: 'hang' };

/** Text, in one chunk or in chunks of `chunkChars` with `delayMs` between them. */
export const say = (text: string, pace: { chunkChars?: number; delayMs?: number } = {}): ReplyPart => ({
  kind: 'text',
  text,
  chunkChars: pace.chunkChars,
  delayMs: pace.delayMs ?? 0,
});

/** A piece of the model's thoughts. */
export const think = (text: string): ReplyPart => ({ kind: 'reasoning', text });

/** A tool call. Arguments given as a string go out as they are, so that broken JSON can be sent. */
export const call = (name: string, values: Record<string, unknown> | string): ReplyPart => ({
  kind: 'tool',
  name,
  arguments: typeof values === 'string' ? values : JSON.stringify(values),
});

/** Waits in mid-stream until the test says so, for example `waitFor(() => ticks.next())`. */
export const waitFor = (until: () => Promise<unknown>): ReplyPart => ({ kind: 'wait', until });

export const sendBytes = (bytes: string): ReplyPart => ({ kind: 'bytes', bytes });
export const stall: ReplyPart = { kind: 'stall' };
export const drop: ReplyPart = { kind: 'drop' };

/** A streamed answer. It finishes with `tool_calls` when it holds a tool call, else with `stop`. */
export const reply = (...parts: readonly ReplyPart[]): Reply => ({ kind: 'stream', parts });

/** A streamed answer with figures of its own. */
export const replyWith = (
  end: { usage?: TokenUsage; finish?: FinishReason },
  ...parts: readonly ReplyPart[]
): Reply => ({ kind: 'stream', parts, ...end });

const refusal = (
  status: number,
  message: string,
  rest: { code?: string; headers?: Record<string, string> } = {},
): Reply => ({
  kind: 'refusal',
  status,
  message,
  ...rest,
});

/** The ways in which a model fails, as OpenAI words them. */
export const faults = {
  unauthorized: (): Reply => refusal(401, 'Incorrect API key provided.', { code: 'invalid_api_key' }),
  rateLimited: (retryAfterSeconds: number): Reply =>
    refusal(429, 'Rate limit reached.', {
      code: 'rate_limit_exceeded',
      headers: { 'retry-after': String(retryAfterSeconds) },
    }),
  serverError: (status = 500): Reply => refusal(status, 'The server had an error.'),
  contextLengthExceeded: (): Reply =>
    refusal(400, "This model's maximum context length is 200000 tokens.", {
      code: 'context_length_exceeded',
    }),
  garbage: (): Reply =>
    reply(sendBytes('\u0000<html>not an event stream</html>data: {"choices": [\n\n'), drop),
  empty: (): Reply => ({ kind: 'empty' }),
  hang: (): Reply => ({ kind: 'hang' }),
  stallAfter: (text: string): Reply => reply(say(text), stall),
  dropAfter: (text: string): Reply => reply(say(text), drop),
} as const;

/** Steps that a test releases one by one. Releases that nobody waits for yet are kept. */
export interface Ticks {
  /** Lets one waiter through. */
  release: () => void;
  /** Resolves at the next release that nobody else took. */
  next: () => Promise<void>;
}

export const createTicks = (): Ticks => {
  const waiting: (() => void)[] = [];
  let spare = 0;
  return {
    release: () => {
      const first = waiting.shift();
      if (first === undefined) spare += 1;
      else first();
    },
    next: () => {
      if (spare > 0) {
        spare -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
  };
};
