/**
 * The answering half of OpenAI's chat-completions protocol: chunks of a stream, as server-sent events.
 * Field names are the protocol's own, as `@ai-sdk/openai-compatible` (the client in OpenCode) reads them.
 */

/** What every chunk of one answer repeats. */
export interface ChunkStamp {
  id: string;
  model: string;
  createdSeconds: number;
}

export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
}

export type FinishReason = 'stop' | 'tool_calls' | 'length';

/** The headers of a streamed answer. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
} as const;

/** The last event of a stream that was not cut off. */
export const STREAM_END = 'data: [DONE]\n\n';

/** One server-sent event with a JSON body. */
const streamEvent = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;

const chunk = (stamp: ChunkStamp, rest: Record<string, unknown>): string =>
  streamEvent({
    id: stamp.id,
    object: 'chat.completion.chunk',
    created: stamp.createdSeconds,
    model: stamp.model,
    ...rest,
  });

const deltaChunk = (stamp: ChunkStamp, delta: Record<string, unknown>): string =>
  chunk(stamp, { choices: [{ index: 0, delta, finish_reason: null }] });

/** A piece of the answer's text. */
export const textChunk = (stamp: ChunkStamp, text: string): string =>
  deltaChunk(stamp, { role: 'assistant', content: text });

/** A piece of the model's thoughts, in the field that OpenAI-compatible servers use for them. */
export const reasoningChunk = (stamp: ChunkStamp, text: string): string =>
  deltaChunk(stamp, { role: 'assistant', reasoning_content: text });

/** Opens a tool call; its arguments follow in pieces under the same index. */
export const toolCallChunk = (stamp: ChunkStamp, call: { index: number; id: string; name: string }): string =>
  deltaChunk(stamp, {
    tool_calls: [
      { index: call.index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } },
    ],
  });

/** A piece of the JSON text of a tool call's arguments. */
export const toolArgumentsChunk = (stamp: ChunkStamp, piece: { index: number; text: string }): string =>
  deltaChunk(stamp, { tool_calls: [{ index: piece.index, function: { arguments: piece.text } }] });

/** Says why the answer ended. */
export const finishChunk = (stamp: ChunkStamp, reason: FinishReason): string =>
  chunk(stamp, { choices: [{ index: 0, delta: {}, finish_reason: reason }] });

/** The protocol's spelling of a usage report. */
export const usageBody = (usage: TokenUsage): Record<string, number> => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.completionTokens,
  total_tokens: usage.promptTokens + usage.completionTokens,
});

/** The chunk without choices that `stream_options.include_usage` asks for, sent after the finish. */
export const usageChunk = (stamp: ChunkStamp, usage: TokenUsage): string =>
  chunk(stamp, { choices: [], usage: usageBody(usage) });

/** The body of a refusal, as OpenAI words it. */
export const errorBody = (
  message: string,
  kind: { type: string; code?: string },
): Record<string, unknown> => ({
  error: { message, type: kind.type, code: kind.code ?? null },
});

/** Cuts a text into pieces of at most `size` code points; joined again they are the text. */
export const piecesOf = (text: string, size: number): string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${String(size)}}`, 'gu')) ?? [];
