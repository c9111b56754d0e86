import type { Reason } from '@/domain/events/session-event';
import type { Output } from './turn-state';

/** Steps in a row without a word, a thought or a tool call. A model that thinks in silence may have one or two. */
const MAX_EMPTY_STEPS = 5;

export const MODEL_SAID_NOTHING: Reason = {
  code: 'model_said_nothing',
  message: `The model answered nothing, ${MAX_EMPTY_STEPS} times in a row. Check the model and its address, then retry.`,
};

/** OpenCode asks a model that answers nothing again without end, several times a second: somebody has to count. */
export class EmptySteps {
  #count = 0;
  #hasPart = false;

  /** Takes what the agent did; true from the moment that it is enough. */
  isTooMany(outputs: readonly Output[]): boolean {
    for (const output of outputs) {
      if (output.type !== 'event') this.#hasPart = true;
      else if (output.event.kind === 'turn.step_started') this.#hasPart = false;
      else if (output.event.kind === 'turn.step_finished') this.#count = this.#hasPart ? 0 : this.#count + 1;
      else this.#hasPart = true;
    }
    return this.#count >= MAX_EMPTY_STEPS;
  }
}
