import type { SteerCommand } from '@/domain/wire/bridge';
import { OpenCodeError } from './client';
import type { HandOver } from './hand-over';
import type { Speech } from './speech';
import { unreadSteers } from './turn-messages';
import type { TurnState } from './turn-state';

/** How often an idle agent is asked to look at what it was told, in a row. */
const MAX_NUDGES = 5;

export interface SteerQueueOptions {
  handOver: HandOver;
  /** Puts the files of what was said in place. Never rejects. */
  prepare: (said: SteerCommand) => Promise<Speech>;
  /** One is ready to be handed over, in the order in which they were said. */
  onReady: (speech: Speech) => void;
}

/** What is said to a running turn, from the moment that it came until an answer follows it. */
export class SteerQueue {
  readonly #options: SteerQueueOptions;
  readonly #held: Speech[] = [];
  readonly #given = new Map<string, Speech>();
  #last: Promise<void> = Promise.resolve();
  #read = 0;
  #nudges = 0;

  constructor(options: SteerQueueOptions) {
    this.#options = options;
  }

  add(command: SteerCommand): void {
    const { prepare, onReady } = this.#options;
    const prepared = prepare(command);
    this.#last = this.#last.then(async () => onReady(await prepared));
  }

  /** Keeps one until the prompt itself was given. */
  hold(speech: Speech): void {
    this.#held.push(speech);
  }

  release(): void {
    for (const speech of this.#held.splice(0)) this.#options.onReady(speech);
  }

  /** Hands one over, unless OpenCode has it: from this bridge's predecessor, or from an earlier delivery. */
  async give(speech: Speech): Promise<void> {
    const { handOver } = this.#options;
    try {
      if (!(await handOver.isKnown(speech.messageId))) await handOver.give(speech);
      this.#given.set(speech.messageId, speech);
    } catch (error) {
      const isRefused = error instanceof OpenCodeError && error.status !== null && error.status < 500;
      if (!isRefused) throw error;
      // The server tells people that it was not read, when the turn ends.
      console.error(`bridge: the agent refused what was said to it: ${error.message}`);
    }
  }

  /**
   * The agent is idle. OpenCode leaves aside what it is told between its last look and its rest, so it is asked to look
   * again. Whether there was something to look at.
   */
  async revive(state: TurnState): Promise<boolean> {
    const { size } = state.told.steersRead;
    if (size > this.#read) this.#nudges = 0;
    this.#read = size;
    const waiting = unreadSteers(state).flatMap(({ messageId }) => this.#given.get(messageId) ?? []);
    const last = waiting.at(-1);
    if (!last || this.#nudges >= MAX_NUDGES) return false;
    this.#nudges += 1;
    if (state.messages.has(last.messageId)) await this.#options.handOver.nudge(last.messageId);
    else await this.give(last);
    return true;
  }
}
