import { z } from 'zod';

export interface MeteredUsage {
  inputTokens: number;
  outputTokens: number;
  /** The provider did not say, or was cut before it could. */
  isEstimated: boolean;
}

const count = z.number().nonnegative().optional();

/** The shapes in which providers say what a call used: chat completions, messages, responses. */
const Usage = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  input_tokens: count,
  output_tokens: count,
});
const Carrier = z.object({
  usage: Usage.nullish(),
  message: z.object({ usage: Usage.nullish() }).nullish(),
  response: z.object({ usage: Usage.nullish() }).nullish(),
});

/** English text has about four bytes a token; good enough for an estimate that is marked as one. */
const BYTES_PER_TOKEN = 4;

/** What is longer is no answer of a model's, and must not pile up here. */
const MAX_LINE = 8 * 1024 * 1024;

/** Reads along with an answer, streamed or whole, and finds out what it used. */
export class UsageMeter {
  readonly #requestBytes: number;
  readonly #decoder = new TextDecoder();
  #buffer = '';
  #responseBytes = 0;
  #input: number | undefined;
  #output: number | undefined;

  constructor(requestBytes: number) {
    this.#requestBytes = requestBytes;
  }

  read(chunk: Uint8Array): void {
    this.#responseBytes += chunk.length;
    this.#buffer += this.#decoder.decode(chunk, { stream: true });
    if (this.#buffer.includes('\n')) {
      const lines = this.#buffer.split('\n');
      this.#buffer = lines.pop() ?? '';
      for (const line of lines) this.#readLine(line);
    }
    if (this.#buffer.length > MAX_LINE) this.#buffer = '';
  }

  usage(isCut: boolean): MeteredUsage {
    this.#readLine(this.#buffer);
    const isEstimated = isCut || this.#input === undefined || this.#output === undefined;
    return {
      inputTokens: Math.round(this.#input ?? this.#requestBytes / BYTES_PER_TOKEN),
      outputTokens: Math.round(this.#output ?? this.#responseBytes / BYTES_PER_TOKEN),
      isEstimated,
    };
  }

  #readLine(line: string): void {
    const usage = usageIn(line.replace(/^data:/, '').trim());
    if (!usage) return;
    this.#input = usage.prompt_tokens ?? usage.input_tokens ?? this.#input;
    this.#output = usage.completion_tokens ?? usage.output_tokens ?? this.#output;
  }
}

function usageIn(text: string): z.infer<typeof Usage> | null {
  if (!text.startsWith('{') || !text.includes('usage')) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A line that is no JSON says nothing of usage; the answer itself goes on untouched.
    return null;
  }
  const carrier = Carrier.safeParse(value);
  if (!carrier.success) return null;
  const { usage, message, response } = carrier.data;
  return usage ?? message?.usage ?? response?.usage ?? null;
}
