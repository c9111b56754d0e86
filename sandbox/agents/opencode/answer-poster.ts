import type { AskAnswer } from '@/domain/events/ask';
import type { AskId } from '@/domain/ids';
import type { AnswerCommand } from '@/domain/wire/bridge';
import { type OpenCodeClient, OpenCodeError } from './client';

const RETRY_MS = 300;

type AskType = 'permission' | 'question';

export interface AnswerPosterOptions {
  client: OpenCodeClient;
  signal: AbortSignal;
  /** OpenCode has the answer, or waits for it no more. */
  onApplied: (askId: AskId) => void;
}

/** Hands answers to OpenCode beside everything else that a turn does, again and again until it has them. */
export class AnswerPoster {
  readonly #options: AnswerPosterOptions;
  readonly #posted = new Set<AskId>();

  constructor(options: AnswerPosterOptions) {
    this.#options = options;
  }

  /** The first answer to an ask counts. Resolves when that is settled, or when the turn is over. */
  async post({ askId, answer }: AnswerCommand, type: AskType): Promise<void> {
    if (this.#posted.has(askId)) return;
    this.#posted.add(askId);
    let given = answer;
    while (!this.#options.signal.aborted) {
      const status = await this.#try(askId, given, type);
      // One that was answered before, by this bridge before it was killed, is known to OpenCode no more.
      if (status === 'taken' || status === 404) {
        this.#options.onApplied(askId);
        return;
      }
      if (status !== null && status < 500) {
        if (given.type === 'dismiss') return;
        // It fits nothing that OpenCode knows; without any answer the turn would wait for ever.
        given = { type: 'dismiss', message: null };
      } else {
        await pause(RETRY_MS);
      }
    }
  }

  /** Null for a call that was not answered. */
  async #try(askId: AskId, answer: AskAnswer, type: AskType): Promise<'taken' | number | null> {
    try {
      await this.#give(askId, answer, type);
      return 'taken';
    } catch (error) {
      if (!(error instanceof OpenCodeError)) throw error;
      console.error(`bridge: an answer was not taken: ${error.message}`);
      return error.status;
    }
  }

  async #give(askId: AskId, answer: AskAnswer, type: AskType): Promise<void> {
    const { client } = this.#options;
    if (answer.type === 'question' && type === 'question') return client.replyQuestion(askId, answer.answers);
    if (type === 'question') return client.rejectQuestion(askId);
    // Whatever else is said to a request for permission is a no, with its reason if there is one.
    const reply = answer.type === 'permission' ? answer.reply : 'reject';
    const message = answer.type === 'question' ? null : answer.message;
    return client.replyPermission(askId, { reply, message: reply === 'reject' ? message : null });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
