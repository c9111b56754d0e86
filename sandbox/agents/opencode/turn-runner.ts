import type { SessionEvent } from '@/domain/events/session-event';
import type { PromptCommand } from '@/domain/wire/bridge';
import { type OpenCodeClient, OpenCodeError } from './client';
import { EmptySteps, MODEL_SAID_NOTHING } from './empty-steps';
import { type ParsedEvent, parseOpenCodeEvent } from './events';
import { Inbox } from './inbox';
import { markGap, translate, translateStored } from './translate';
import { beginTurn, type Output, type Translated, type TurnState } from './turn-state';
import { hasAnswer, INTERRUPTED, STOPPED, type TurnEnd, turnVerdict } from './turn-verdict';

/** OpenCode says idle up to 110 ms before its last word on an aborted turn. */
const SETTLE_MS = 300;
/** How long OpenCode may take to stop when asked, before it is killed. */
const STOP_WITHIN_MS = 3_000;
/** Without a word from OpenCode for so long its status is asked. */
const QUIET_MS = 5_000;
/** An idle agent that has not finished its answer never will; one that has not begun gets longer. */
const UNFINISHED_GRACE_MS = 3_000;
const UNBEGUN_GRACE_MS = 10_000;
/** Calls in a row that OpenCode leaves unanswered before it counts as hung. */
const MAX_UNANSWERED = 4;
const RECONNECT_MS = 200;

export interface TurnOptions {
  client: OpenCodeClient;
  sessionId: string;
  prompt: PromptCommand;
  /** What was told of this turn before the bridge was restarted. */
  told: readonly SessionEvent[];
  /** The turn was given before this bridge started. */
  isResumed: boolean;
  /** It was given to an earlier run of the agent, which died with it. */
  isOrphan: boolean;
  isStopRequested: boolean;
  /** Notes durably that the turn is about to be given. */
  onGive: () => void;
  /** Takes what the agent does, in order; the next output waits for it. */
  onOutput: (output: Output) => Promise<void>;
  /** Kills the agent; its exit is then told by `agentExited`. */
  killAgent: () => void;
}

type Item =
  | { is: 'connected' | 'disconnected' | 'exited' | 'stop' | 'stop-overdue' | 'settled' }
  | { is: 'frame'; parsed: ParsedEvent };

/**
 * Runs one prompt on OpenCode, or watches one that it has already, until the turn is over. Whatever happens
 * comes through one inbox and is handled in order.
 */
export class TurnRunner {
  readonly #options: TurnOptions;
  readonly #inbox = new Inbox<Item>();
  readonly #following = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #state: TurnState;
  #isStopRequested: boolean;
  #hasExited = false;
  #isGiven = false;
  #idleSinceMs: number | null = null;
  #unanswered = 0;
  readonly #emptySteps = new EmptySteps();
  #isGivenUp = false;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#isStopRequested = options.isStopRequested;
    const { sessionId, prompt, told } = options;
    const { turnId, messageId: promptMessageId } = prompt;
    this.#state = beginTurn({ turnId, sessionId, promptMessageId, told });
  }

  /** What is known of the turn; final once `run` resolved. */
  get state(): TurnState {
    return this.#state;
  }

  /** Somebody stops the turn: OpenCode is asked to, and killed when it does not. */
  stop(): void {
    if (this.#isStopRequested) return;
    this.#isStopRequested = true;
    this.#inbox.push({ is: 'stop' });
  }

  /** The agent's process ended. */
  agentExited(): void {
    this.#hasExited = true;
    this.#inbox.push({ is: 'exited' });
  }

  /** Runs the turn to its end. Rejects only for what `onOutput` rejects with. */
  async run(): Promise<TurnEnd> {
    void this.#follow();
    try {
      for (;;) {
        const item = await this.#inbox.next(QUIET_MS);
        const end = await this.#handleSafely(item);
        if (end) return this.#isGivenUp ? { outcome: 'failed', reason: MODEL_SAID_NOTHING } : end;
      }
    } finally {
      this.#following.abort();
      for (const timer of this.#timers) clearTimeout(timer);
    }
  }

  async #handleSafely(item: Item | null): Promise<TurnEnd | null> {
    // What the agent said before its end is heard first.
    if (this.#hasExited && item?.is !== 'frame') return this.#cutOff();
    try {
      const end = await this.#handle(item);
      this.#unanswered = 0;
      return end;
    } catch (error) {
      if (!(error instanceof OpenCodeError)) throw error;
      console.error(`bridge: ${error.message}`);
      return this.#onUnanswered(item);
    }
  }

  /** The same item is tried again until OpenCode answers, is known to be gone, or counts as hung. */
  #onUnanswered(item: Item | null): null {
    this.#unanswered += 1;
    if (this.#unanswered >= MAX_UNANSWERED) this.#options.killAgent();
    else if (item) this.#later(SETTLE_MS, item);
    return null;
  }

  async #handle(item: Item | null): Promise<TurnEnd | null> {
    switch (item?.is) {
      case 'connected':
        return this.#isGiven ? this.#catchUp() : this.#begin();
      case 'frame':
        await this.#onFrame(item.parsed);
        return null;
      case 'disconnected':
        this.#state = markGap(this.#state);
        return null;
      case 'stop':
        return this.#onStop();
      case 'stop-overdue':
        this.#options.killAgent();
        return null;
      case 'settled':
      case undefined:
        return this.#isGiven ? this.#judge() : null;
      case 'exited':
        return null;
    }
  }

  /** OpenCode's own history decides whether the prompt still has to be sent. */
  async #begin(): Promise<TurnEnd | null> {
    const { client, sessionId, prompt, isResumed, onGive } = this.#options;
    const isKnown = await client.hasMessage(sessionId, prompt.messageId);
    const end = isKnown ? null : await this.#give();
    if (end) return end;
    this.#isGiven = true;
    if (isKnown && !isResumed) onGive();
    if (!this.#state.told.isDelivered) {
      const { promptId, turnId } = prompt;
      const event: SessionEvent = { kind: 'prompt.delivered', promptId, turnId };
      await this.#emit({ state: this.#state, outputs: [{ type: 'event', event, overflow: null }] });
    }
    return isKnown ? this.#goOn() : null;
  }

  async #give(): Promise<TurnEnd | null> {
    const { client, sessionId, prompt, isOrphan, onGive } = this.#options;
    const isLost = isOrphan && this.#state.told.isDelivered;
    if (this.#isStopRequested || isLost) return this.#cutOff();
    onGive();
    try {
      const { messageId, textPartId, text } = prompt;
      await client.prompt(sessionId, { messageId, textPartId, text });
      return null;
    } catch (error) {
      const isRefused = error instanceof OpenCodeError && error.status !== null && error.status < 500;
      if (!isRefused) throw error;
      const message = `The agent refused the prompt. (${error.message.slice(0, 500)})`;
      return { outcome: 'failed', reason: { code: 'prompt_refused', message } };
    }
  }

  /** OpenCode has the prompt already: from this bridge's predecessor, or from an earlier run of its own. */
  async #goOn(): Promise<TurnEnd | null> {
    await this.#readStored();
    if (this.#options.isOrphan) return turnVerdict(this.#state, this.#isStopRequested) ?? this.#cutOff();
    return this.#isStopRequested ? this.#onStop() : this.#judge();
  }

  /** The turn can't go on, for a reason outside of it. */
  #cutOff(): TurnEnd {
    return this.#isStopRequested ? STOPPED : INTERRUPTED;
  }

  async #catchUp(): Promise<TurnEnd | null> {
    await this.#readStored();
    return this.#judge();
  }

  async #onFrame(parsed: ParsedEvent): Promise<void> {
    if (parsed.is === 'event') await this.#answerAsk(parsed.event);
    await this.#emit(translate(this.#state, parsed));
    const event = parsed.is === 'event' ? parsed.event : null;
    if (event?.type !== 'session.status') return;
    const { sessionID, status } = event.properties;
    if (sessionID !== this.#options.sessionId) return;
    if (status.type === 'idle') this.#later(SETTLE_MS, { is: 'settled' });
    else this.#idleSinceMs = null;
  }

  /** The configuration allows or denies everything, so an ask is a surprise that must not block a turn. */
  async #answerAsk(event: Extract<ParsedEvent, { is: 'event' }>['event']): Promise<void> {
    if (event.type === 'permission.asked') await this.#options.client.allowPermission(event.properties.id);
    if (event.type === 'question.asked') await this.#options.client.rejectQuestion(event.properties.id);
  }

  async #onStop(): Promise<TurnEnd | null> {
    // A prompt that was not handed over yet is answered by `begin`.
    if (!this.#isGiven) return null;
    this.#later(STOP_WITHIN_MS, { is: 'stop-overdue' });
    await this.#options.client.abort(this.#options.sessionId);
    this.#later(SETTLE_MS, { is: 'settled' });
    return null;
  }

  /** OpenCode seems idle: reads what it stored and says how the turn ended, if it did. */
  async #judge(): Promise<TurnEnd | null> {
    const { client, sessionId } = this.#options;
    const status = await client.status(sessionId);
    if (status.type !== 'idle') {
      this.#idleSinceMs = null;
      return null;
    }
    await this.#readStored();
    const verdict = turnVerdict(this.#state, this.#isStopRequested);
    if (verdict) return verdict;
    this.#idleSinceMs ??= Date.now();
    const graceMs = hasAnswer(this.#state) ? UNFINISHED_GRACE_MS : UNBEGUN_GRACE_MS;
    if (Date.now() - this.#idleSinceMs > graceMs) return this.#cutOff();
    this.#later(SETTLE_MS, { is: 'settled' });
    return null;
  }

  async #readStored(): Promise<void> {
    const { client, sessionId, prompt } = this.#options;
    const messages = await client.messagesFrom(sessionId, prompt.messageId);
    await this.#emit(translateStored(this.#state, messages));
  }

  async #emit({ state, outputs }: Translated): Promise<void> {
    this.#state = state;
    for (const output of outputs) await this.#options.onOutput(output);
    if (this.#isGivenUp || !this.#emptySteps.isTooMany(outputs)) return;
    this.#isGivenUp = true;
    this.#inbox.push({ is: 'stop' });
  }

  /** Follows OpenCode's events for as long as the turn runs, coming back after each break. */
  async #follow(): Promise<void> {
    const { signal } = this.#following;
    for (;;) {
      const problem = await this.#followOnce(signal);
      if (signal.aborted) return;
      console.error(`bridge: the agent's events broke off: ${problem}`);
      this.#inbox.push({ is: 'disconnected' });
      await new Promise<void>((resolve) => {
        setTimeout(resolve, RECONNECT_MS);
      });
    }
  }

  async #followOnce(signal: AbortSignal): Promise<string> {
    try {
      await this.#options.client.follow(signal, {
        open: () => this.#inbox.push({ is: 'connected' }),
        frame: (frame) => this.#inbox.push({ is: 'frame', parsed: parseOpenCodeEvent(frame) }),
      });
      return 'the stream ended';
    } catch (error) {
      return String(error);
    }
  }

  #later(ms: number, item: Item): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#inbox.push(item);
    }, ms);
    this.#timers.add(timer);
  }
}
