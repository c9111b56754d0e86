import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { ChatMessage, ChatRequest } from './chat-request';
import { textOf } from './chat-request';
import { startChatServer, type ChatServer, type ReceivedChat } from './chat-server';
import { nextMove, type Move } from './next-move';
import {
  finishChunk,
  piecesOf,
  reasoningChunk,
  STREAM_END,
  STREAM_HEADERS,
  textChunk,
  toolArgumentsChunk,
  toolCallChunk,
  usageBody,
  usageChunk,
  type ChunkStamp,
  type TokenUsage,
} from './openai-stream';

export interface StandInModelOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Loopback by default. */
  host?: string;
  /** Milliseconds between two chunks, so that live text can be watched; 15 by default. */
  delayMs?: number;
  /** When set, requests need it as their bearer token. */
  token?: string;
}

/** The name under which the stand-in is configured and listed. */
export const STAND_IN_MODEL = 'stand-in';

const DEFAULT_DELAY_MS = 15;
/** About two words: enough chunks to see the text grow, few enough not to slow a turn. */
const CHUNK_CHARS = 12;
const ARGUMENT_CHUNK_CHARS = 48;
/** The usual estimate for English text and code. */
const CHARS_PER_TOKEN = 4;

const tokensOf = (chars: number): number => Math.ceil(chars / CHARS_PER_TOKEN);

const charsOf = (message: ChatMessage): number =>
  textOf(message).length +
  (message.tool_calls ?? []).reduce((sum, call) => sum + call.function.arguments.length, 0);

const usageOf = (request: ChatRequest, move: Move): TokenUsage => ({
  promptTokens: tokensOf(request.messages.reduce((sum, message) => sum + charsOf(message), 0)),
  completionTokens: tokensOf(
    move.text.length + (move.reasoning ?? '').length + JSON.stringify(move.toolCalls).length,
  ),
});

const chunksOf = (stamp: ChunkStamp, move: Move): string[] => [
  ...piecesOf(move.reasoning ?? '', CHUNK_CHARS).map((piece) => reasoningChunk(stamp, piece)),
  ...piecesOf(move.text, CHUNK_CHARS).map((piece) => textChunk(stamp, piece)),
  ...move.toolCalls.flatMap((call, index) => [
    toolCallChunk(stamp, { index, id: `call_${randomUUID()}`, name: call.name }),
    ...piecesOf(JSON.stringify(call.arguments), ARGUMENT_CHUNK_CHARS).map((text) =>
      toolArgumentsChunk(stamp, { index, text }),
    ),
  ]),
  finishChunk(stamp, move.finish),
];

const write = async (response: ServerResponse, text: string): Promise<void> => {
  if (!response.write(text) && !response.destroyed)
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
};

const stream = async (
  response: ServerResponse,
  chunks: readonly string[],
  delayMs: number,
): Promise<void> => {
  response.writeHead(200, STREAM_HEADERS);
  for (const chunk of chunks) {
    if (response.destroyed) return;
    await write(response, chunk);
    if (delayMs > 0) await delay(delayMs);
  }
  response.end(STREAM_END);
};

const whole = (stamp: ChunkStamp, move: Move, usage: TokenUsage): string =>
  JSON.stringify({
    id: stamp.id,
    object: 'chat.completion',
    created: stamp.createdSeconds,
    model: stamp.model,
    choices: [
      {
        index: 0,
        finish_reason: move.finish,
        message: {
          role: 'assistant',
          content: move.text,
          ...(move.toolCalls.length > 0 && {
            tool_calls: move.toolCalls.map((call) => ({
              id: `call_${randomUUID()}`,
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            })),
          }),
        },
      },
    ],
    usage: usageBody(usage),
  });

const answer = async ({ request, response }: ReceivedChat, delayMs: number): Promise<void> => {
  const move = nextMove(request.messages, request.tools ?? []);
  const usage = usageOf(request, move);
  const stamp = {
    id: `chatcmpl-${randomUUID()}`,
    model: request.model,
    createdSeconds: Math.floor(Date.now() / 1000),
  };
  if (request.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(whole(stamp, move, usage));
    return;
  }
  const chunks = chunksOf(stamp, move);
  if (request.stream_options?.include_usage === true) chunks.push(usageChunk(stamp, usage));
  await stream(response, chunks, delayMs);
};

/**
 * Starts the stand-in model: a deterministic program that speaks the chat-completions protocol and is used
 * when no model key is set. It keeps no state; every request holds all that it needs. Rejects when the
 * port is taken.
 */
export const startStandInModel = (options: StandInModelOptions = {}): Promise<ChatServer> => {
  const { delayMs = DEFAULT_DELAY_MS, ...server } = options;
  return startChatServer({ ...server, models: [STAND_IN_MODEL], answer: (chat) => answer(chat, delayMs) });
};
