import { type OpenCodeClient, OpenCodeError } from './client';
import type { Speech } from './speech';
import { steadyMs } from '../../steady-clock';

/** OpenCode decodes pictures after it said yes; one that it can't decode makes it drop the whole message. */
const TAKEN_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** Hands what people say to one conversation of OpenCode. */
export class HandOver {
  readonly #client: OpenCodeClient;
  readonly #sessionId: string;
  readonly #variant: string | null;

  constructor(client: OpenCodeClient, sessionId: string, variant: string | null) {
    this.#client = client;
    this.#sessionId = sessionId;
    this.#variant = variant;
  }

  /** OpenCode's own history decides whether something still has to be said. */
  isKnown(messageId: string): Promise<boolean> {
    return this.#client.hasMessage(this.#sessionId, messageId);
  }

  /** Says it; without its pictures when OpenCode can't take those. */
  async give(speech: Speech): Promise<void> {
    const { messageId, textPartId, text, files, plainText } = speech;
    const ids = { messageId, textPartId, variant: this.#variant };
    await this.#client.prompt(this.#sessionId, { ...ids, text, files });
    if (files.length === 0 || (await this.#isTaken(messageId))) return;
    console.error('bridge: the agent could not take the pictures of a message');
    await this.#client.prompt(this.#sessionId, { ...ids, text: plainText, files: [] });
  }

  /** Has an idle agent answer what it was told and left aside. */
  nudge(messageId: string): Promise<void> {
    return this.#client.nudge(this.#sessionId, messageId, this.#variant);
  }

  /** Takes back what the agent did not answer: people are offered to send it as a prompt. */
  async takeBack(messageId: string): Promise<void> {
    try {
      await this.#client.forget(this.#sessionId, messageId);
    } catch (error) {
      if (!(error instanceof OpenCodeError)) throw error;
      // Then the agent reads it with the next prompt, which does no harm.
      console.error(`bridge: a message was not taken back: ${error.message}`);
    }
  }

  async #isTaken(messageId: string): Promise<boolean> {
    const deadlineMs = steadyMs() + TAKEN_WITHIN_MS;
    while (!(await this.isKnown(messageId))) {
      if (steadyMs() > deadlineMs) return false;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
    }
    return true;
  }
}
