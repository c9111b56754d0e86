/**
 * Why a chat did not take something: it asks for fewer calls; it does not answer; our token is over; the channel is
 * closed to us; the message is gone; or it refuses for another reason, which another try would not change.
 */
export type ChatTrouble = 'limited' | 'away' | 'token' | 'channel' | 'message' | 'refused';

/** A call to a chat that did not succeed. */
export class ChatError extends Error {
  readonly trouble: ChatTrouble;
  /** How long the chat asked us to be silent, in milliseconds; 0 when it did not say. */
  readonly retryAfterMs: number;

  constructor(
    trouble: ChatTrouble,
    message: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ChatError';
    this.trouble = trouble;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
