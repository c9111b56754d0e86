import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TRPCClient } from '@trpc/client';
import type { AppRouter } from '@/api/root';
import { ApiClient } from '@/cli/api-client';
import { AppError } from '@/domain/errors';
import { CommandId } from '@/domain/ids';

/** What became of something that a person wanted. */
export type Outcome =
  { is: 'taken' } | { is: 'refused'; refusal: string } | { is: 'unanswered'; lastError: string };

/** One thing that a person wanted, for the books. */
export interface Wish {
  what: string;
  commandId: CommandId;
  /** What it is about, as it stands in the log. */
  promptId: string | null;
  outcome: Outcome | null;
}

type Give = (client: TRPCClient<AppRouter>, commandId: CommandId) => Promise<unknown>;

const RETRY_MS = 200;
const PATIENCE_MS = 90_000;

/** A person's hand: asks again with the same id until the server says yes or no. */
export class Hand {
  readonly api: ApiClient;
  readonly wishes: Wish[] = [];
  #open = 0;

  constructor(url: string, token: string) {
    this.api = new ApiClient(url, token);
  }

  /** Wishes that have no answer yet. */
  get open(): number {
    return this.#open;
  }

  async give(what: string, promptId: string | null, give: Give): Promise<Outcome> {
    const commandId = CommandId.parse(randomUUID());
    const wish: Wish = { what, commandId, promptId, outcome: null };
    this.wishes.push(wish);
    this.#open += 1;
    wish.outcome = await this.#insist((client) => give(client, commandId));
    this.#open -= 1;
    return wish.outcome;
  }

  async #insist(give: (client: TRPCClient<AppRouter>) => Promise<unknown>): Promise<Outcome> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.api.call(give);
        return { is: 'taken' };
      } catch (error) {
        const refusal = error instanceof AppError ? error.details['refusal'] : undefined;
        if (typeof refusal === 'string') return { is: 'refused', refusal };
        if (Date.now() > until) return { is: 'unanswered', lastError: String(error) };
        await delay(RETRY_MS);
      }
    }
  }
}
