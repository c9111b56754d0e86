import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { lastUserText, textOf, type ChatRequest } from '@/embedded/model/chat-request';
import { startChatServer, type ReceivedChat } from '@/embedded/model/chat-server';
import { systemTextOf } from '@/embedded/model/conversation';
import {
  errorBody,
  finishChunk,
  piecesOf,
  reasoningChunk,
  STREAM_END,
  STREAM_HEADERS,
  textChunk,
  toolArgumentsChunk,
  toolCallChunk,
  usageChunk,
  type ChunkStamp,
} from '@/embedded/model/openai-stream';
import { sideAnswer } from '@/embedded/model/side-answer';
import { reply, say, type Reply, type ReplyPart } from '@/testing/scripted-reply';

/** A request as the scripted model saw it. */
export interface RecordedRequest {
  /** The place in `requests`, from 0. */
  index: number;
  body: ChatRequest;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What a person wrote last. */
  prompt: string;
  systemText: string;
  /** Outputs of the tool calls since the last prompt, in order. */
  toolOutputs: readonly string[];
  /** Titles and compactions: requests that offer no tools. */
  isSideCall: boolean;
}

/** Replies in order, one a request, or a function that chooses. Side calls take none of them. */
export type Script = readonly Reply[] | ((request: RecordedRequest) => Reply | Promise<Reply>);

export interface ScriptedModel {
  /** The base URL for a client, with `/v1` at its end. */
  url: string;
  requests: readonly RecordedRequest[];
  /** Requests that no script had an answer for; a test may want this to be empty. */
  unexpected: readonly RecordedRequest[];
  /** Answers from now on. Given again, it starts anew. */
  script: (script: Script) => void;
  /** Answers to prompts that contain the marker, before `script` is asked: one for each concurrent session. */
  scriptFor: (marker: string, script: Script) => void;
  /** Resolves with the first request, past or to come, that fits. */
  untilRequest: (fits: (request: RecordedRequest) => boolean) => Promise<RecordedRequest>;
  /** Resolves when an answer's connection has ended, for whatever reason. */
  untilEnded: (request: RecordedRequest) => Promise<void>;
  close: () => Promise<void>;
}

type Choose = (request: RecordedRequest) => Reply | undefined | Promise<Reply | undefined>;

const chooserOf = (script: Script): Choose => {
  if (typeof script === 'function') return script;
  let at = 0;
  return () => {
    const next = script[at];
    at += 1;
    return next;
  };
};

const record = (chat: ReceivedChat, index: number): RecordedRequest => {
  const { messages, tools = [] } = chat.request;
  const start = messages.findLastIndex((message) => message.role === 'user');
  return {
    index,
    body: chat.request,
    headers: chat.headers,
    prompt: lastUserText(messages),
    systemText: systemTextOf(messages),
    toolOutputs: messages
      .slice(start + 1)
      .filter((message) => message.role === 'tool')
      .map(textOf),
    isSideCall: tools.length === 0,
  };
};

const untilClosed = async (response: ServerResponse): Promise<void> => {
  if (!response.closed) await once(response, 'close');
};

interface Sending {
  response: ServerResponse;
  stamp: ChunkStamp;
  /** Of the tool call to come. */
  toolIndex: number;
}

const sendText = async (sending: Sending, part: Extract<ReplyPart, { kind: 'text' }>): Promise<void> => {
  const chunks = part.chunkChars === undefined ? [part.text] : piecesOf(part.text, part.chunkChars);
  for (const chunk of chunks) {
    if (sending.response.destroyed) return;
    sending.response.write(textChunk(sending.stamp, chunk));
    if (part.delayMs > 0) await delay(part.delayMs);
  }
};

const sendPart = async (sending: Sending, part: ReplyPart): Promise<void> => {
  const { response, stamp, toolIndex: index } = sending;
  switch (part.kind) {
    case 'text':
      return sendText(sending, part);
    case 'reasoning':
      response.write(reasoningChunk(stamp, part.text));
      return;
    case 'tool':
      response.write(toolCallChunk(stamp, { index, id: `call_${randomUUID()}`, name: part.name }));
      response.write(toolArgumentsChunk(stamp, { index, text: part.arguments }));
      sending.toolIndex += 1;
      return;
    case 'wait':
      await Promise.race([part.until(), untilClosed(response)]);
      return;
    case 'bytes':
      response.write(part.bytes);
      return;
    case 'stall':
      return untilClosed(response);
    case 'drop':
      // What was written before must be on its way, or the client would see nothing at all.
      await new Promise<void>((resolve) => response.write('', () => resolve()));
      response.destroy();
      return;
  }
};

const DEFAULT_USAGE = { promptTokens: 100, completionTokens: 10 };

const sendStream = async (chat: ReceivedChat, answer: Extract<Reply, { kind: 'stream' }>): Promise<void> => {
  const { response, request } = chat;
  const stamp = {
    id: `chatcmpl-${randomUUID()}`,
    model: request.model,
    createdSeconds: Math.floor(Date.now() / 1000),
  };
  const sending: Sending = { response, stamp, toolIndex: 0 };
  response.writeHead(200, STREAM_HEADERS);
  response.flushHeaders();
  for (const part of answer.parts) {
    if (response.destroyed) return;
    await sendPart(sending, part);
  }
  if (response.destroyed) return;
  response.write(finishChunk(stamp, answer.finish ?? (sending.toolIndex > 0 ? 'tool_calls' : 'stop')));
  response.write(usageChunk(stamp, answer.usage ?? DEFAULT_USAGE));
  response.end(STREAM_END);
};

const send = async (chat: ReceivedChat, answer: Reply): Promise<void> => {
  const { response } = chat;
  switch (answer.kind) {
    case 'stream':
      return sendStream(chat, answer);
    case 'empty':
      response.writeHead(200, STREAM_HEADERS);
      response.end();
      return;
    case 'hang':
      return untilClosed(response);
    case 'refusal': {
      const kind = answer.code === undefined ? {} : { code: answer.code };
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(errorBody(answer.message, { type: 'scripted_error', ...kind })));
    }
  }
};

/** Keeps requests and lets tests wait for those to come. */
class Requests {
  readonly all: RecordedRequest[] = [];
  readonly ended = new Map<number, Promise<void>>();
  #waiting: { fits: (request: RecordedRequest) => boolean; resolve: (request: RecordedRequest) => void }[] =
    [];

  add(chat: ReceivedChat): RecordedRequest {
    const request = record(chat, this.all.length);
    this.all.push(request);
    this.ended.set(request.index, untilClosed(chat.response));
    const fitting = this.#waiting.filter((waiter) => waiter.fits(request));
    this.#waiting = this.#waiting.filter((waiter) => !fitting.includes(waiter));
    for (const waiter of fitting) waiter.resolve(request);
    return request;
  }

  until(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    const past = this.all.find(fits);
    return past === undefined
      ? new Promise((resolve) => this.#waiting.push({ fits, resolve }))
      : Promise.resolve(past);
  }
}

/**
 * Starts a model that answers what a test tells it to, in the chat-completions protocol, faults included.
 * Titles and compactions are answered by themselves. A request without a reply left gets a text that says
 * so and is listed in `unexpected`.
 *
 * @example
 * const model = await startScriptedModel();
 * model.script([reply(say('I look.'), call('bash', { command: 'ls' })), reply(say('All done.'))]);
 */
export const startScriptedModel = async (options: { port?: number } = {}): Promise<ScriptedModel> => {
  const requests = new Requests();
  const unexpected: RecordedRequest[] = [];
  const marked = new Map<string, Choose>();
  let fallback: Choose = () => undefined;

  const choose = async (request: RecordedRequest): Promise<Reply> => {
    if (request.isSideCall) return reply(say(sideAnswer(request.body.messages)));
    const own = [...marked].find(([marker]) => request.prompt.includes(marker))?.[1];
    const chosen = await (own ?? fallback)(request);
    if (chosen !== undefined) return chosen;
    unexpected.push(request);
    return reply(say('The script has no reply left.'));
  };

  const server = await startChatServer({
    ...options,
    models: ['scripted'],
    answer: async (chat) => send(chat, await choose(requests.add(chat))),
  });
  return {
    url: server.url,
    requests: requests.all,
    unexpected,
    script: (script) => {
      fallback = chooserOf(script);
    },
    scriptFor: (marker, script) => {
      marked.set(marker, chooserOf(script));
    },
    untilRequest: (fits) => requests.until(fits),
    untilEnded: (request) => requests.ended.get(request.index) ?? Promise.resolve(),
    close: server.close,
  };
};
