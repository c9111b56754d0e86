import { randomUUID } from 'node:crypto';
import type { AskAnswer } from '@/domain/events/ask';
import { type AskId, CommandId, PromptId, type SessionId, type TurnId } from '@/domain/ids';
import type { ApiClient } from '../api-client';

/** How often typing is told to the server, so that a sleeping sandbox wakes. */
const TOUCH_MS = 30_000;

const newCommand = (): CommandId => CommandId.parse(randomUUID());
const newPrompt = (): PromptId => PromptId.parse(randomUUID());

/** What somebody in a session can do to it. Each rejects when it was not done. */
export class SessionActions {
  readonly #api: ApiClient;
  readonly #sessionId: SessionId;
  #touchedMs = 0;

  constructor(api: ApiClient, sessionId: SessionId) {
    this.#api = api;
    this.#sessionId = sessionId;
  }

  async send(text: string): Promise<void> {
    const said = { sessionId: this.#sessionId, commandId: newCommand(), promptId: newPrompt(), text };
    await this.#api.insist((client) => client.prompts.send.mutate(said));
  }

  async steer(text: string, turnId: TurnId): Promise<void> {
    const said = { sessionId: this.#sessionId, commandId: newCommand(), promptId: newPrompt(), text, turnId };
    await this.#api.insist((client) => client.prompts.steer.mutate(said));
  }

  async stop(turnId: TurnId): Promise<void> {
    const command = { sessionId: this.#sessionId, commandId: newCommand(), turnId };
    await this.#api.insist((client) => client.turns.stop.mutate(command));
  }

  async answer(askId: AskId, answer: AskAnswer): Promise<void> {
    const given = {
      sessionId: this.#sessionId,
      commandId: newCommand(),
      promptId: newPrompt(),
      askId,
      answer,
    };
    await this.#api.insist((client) => client.asks.answer.mutate(given));
  }

  /** Somebody types: keeps the sandbox awake, or wakes it. */
  async touch(nowMs: number): Promise<void> {
    if (nowMs < this.#touchedMs + TOUCH_MS) return;
    this.#touchedMs = nowMs;
    await this.#api.call((client) => client.sessions.touch.mutate({ sessionId: this.#sessionId }));
  }
}
