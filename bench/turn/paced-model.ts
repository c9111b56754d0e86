import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChatServer, type ReceivedChat, startChatServer } from '@/embedded/model/chat-server';
import {
  finishChunk,
  STREAM_END,
  STREAM_HEADERS,
  textChunk,
  usageChunk,
} from '@/embedded/model/openai-stream';
import { sideAnswer } from '@/embedded/model/side-answer';

const TOKENS_PER_SECOND = 60;
const TOKEN = 'word ';

/** What the model's text begins with, whoever asks. */
export const FIRST_WORD = 'word';

/** A model that writes 60 tokens a second for so long, by the clock: a late token does not delay those after it. */
export async function startPacedModel(seconds: number): Promise<ChatServer> {
  return startChatServer({ models: ['scripted'], answer: (chat) => write(chat, seconds) });
}

async function write({ request, response }: ReceivedChat, seconds: number): Promise<void> {
  const createdSeconds = Math.floor(Date.now() / 1_000);
  const stamp = { id: `chatcmpl-${randomUUID()}`, model: request.model, createdSeconds };
  // Titles and the like are asked for without tools.
  const isSideCall = (request.tools ?? []).length === 0;
  const tokens = isSideCall ? 0 : seconds * TOKENS_PER_SECOND;
  response.writeHead(200, STREAM_HEADERS);
  response.flushHeaders();
  if (isSideCall) response.write(textChunk(stamp, sideAnswer(request.messages)));
  const startedAt = performance.now();
  for (let token = 0; token < tokens && !response.destroyed; token += 1) {
    const dueAt = startedAt + (token * 1_000) / TOKENS_PER_SECOND;
    if (dueAt > performance.now()) await delay(dueAt - performance.now());
    response.write(textChunk(stamp, TOKEN));
  }
  if (response.destroyed) return;
  response.write(finishChunk(stamp, 'stop'));
  response.write(usageChunk(stamp, { promptTokens: 100, completionTokens: tokens }));
  response.end(STREAM_END);
}

/** As long as its answer must be. */
export function textLength(seconds: number): number {
  return seconds * TOKENS_PER_SECOND * TOKEN.length;
}
