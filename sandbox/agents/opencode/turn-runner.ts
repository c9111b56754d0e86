import type { SessionEvent } from '@/domain/events/session-event';
import type { AskId } from '@/domain/ids';
import type { AnswerCommand, SteerCommand } from '@/domain/wire/bridge';
import { AnswerPoster } from './answer-poster';
import { OpenCodeError } from './client';
import { type ParsedEvent, parseOpenCodeEvent } from './events';
import { followEvents } from './follow-events';
import { HandOver } from './hand-over';
import { Inbox } from './inbox';
import { readFamily } from './read-family';
import type { Speech } from './speech';
import { SteerQueue } from './steer-queue';
import { tidyUp } from './tidy-up';
import { openAsks } from './told';
import { markGap, translate, translateStored } from './translate';
import { translatePending } from './translate-ask';
import { isSilent } from './translate-step';
import { beginTurn, isOfTurn, Telling, type Translated, type TurnState } from './turn-state';
import type { TurnOptions } from './turn-options';
import { hasAnswer, INTERRUPTED, SILENT, STOPPED, type TurnEnd, turnVerdict } from './turn-verdict';
import { steadyMs } from '../../steady-clock';

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

type Item =
  | { is: 'connected' | 'disconnected' | 'exited' | 'stop' | 'stop-overdue' | 'settled' | 'prepared' }
  | { is: 'steer'; speech: Speech }
  | { is: 'applied'; askId: AskId }
  | { is: 'frame'; parsed: ParsedEvent };

/**
 * Runs one prompt on OpenCode, or watches one that it has already, until the turn is over. Whatever happens
 * comes through one inbox and is handled in order; answers to what the agent asks go straight to it.
 */
export class TurnRunner {
  readonly #options: TurnOptions;
  readonly #inbox = new Inbox<Item>();
  readonly #following = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #handOver: HandOver;
  readonly #steers: SteerQueue;
  readonly #answers: AnswerPoster;
  #state: TurnState;
  #speech: Speech | null = null;
  #isStopRequested: boolean;
  #hasExited = false;
  #isConnected = false;
  #isGiven = false;
  #idleSinceMs: number | null = null;
  #unanswered = 0;
  #isGivenUp = false;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#isStopRequested = options.isStopRequested;
    const { client, sessionId, prompt, told, variant, prepare } = options;
    const { turnId, messageId: promptMessageId } = prompt;
    this.#state = beginTurn({ turnId, sessionId, promptMessageId, told });
    this.#handOver = new HandOver(client, sessionId, variant);
    this.#steers = new SteerQueue({
      handOver: this.#handOver,
      prepare,
      onReady: (speech) => this.#inbox.push({ is: 'steer', speech }),
    });
    this.#answers = new AnswerPoster({
      client,
      signal: this.#following.signal,
      onApplied: (askId) => this.#inbox.push({ is: 'applied', askId }),
    });
    for (const steer of options.steers) this.steer(steer);
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

  /** Somebody says something to the turn while it runs. Said twice it is said once. */
  steer(command: SteerCommand): void {
    const { messageId, promptId } = command;
    if (this.#state.steers.has(messageId)) return;
    this.#state = { ...this.#state, steers: new Map(this.#state.steers).set(messageId, promptId) };
    this.#steers.add(command);
  }

  /** Somebody answers what the agent asked. It never waits for anything else that happens. */
  answer(command: AnswerCommand): void {
    const { asks, asksApplied } = this.#state.told;
    const type = asks.get(command.askId);
    if (type && !asksApplied.has(command.askId)) void this.#answers.post(command, type);
  }

  /** The agent's process ended. */
  agentExited(): void {
    this.#hasExited = true;
    this.#inbox.push({ is: 'exited' });
  }

  /** Runs the turn to its end. Rejects only for what `onOutput` rejects with. */
  async run(): Promise<TurnEnd> {
    void this.#prepare();
    void followEvents(this.#options.client, this.#following.signal, {
      onOpen: () => this.#inbox.push({ is: 'connected' }),
      onBreak: () => this.#inbox.push({ is: 'disconnected' }),
      onFrame: (frame) => this.#inbox.push({ is: 'frame', parsed: parseOpenCodeEvent(frame) }),
    });
    try {
      for (;;) {
        const item = await this.#inbox.next(QUIET_MS);
        const end = await this.#handleSafely(item);
        if (!end) continue;
        if (!this.#hasExited) await tidyUp(this.#options.client, this.#handOver, this.#state);
        return this.#isGivenUp ? SILENT : end;
      }
    } finally {
      this.#following.abort();
      for (const timer of this.#timers) clearTimeout(timer);
    }
  }

  async #prepare(): Promise<void> {
    this.#speech = await this.#options.prepare(this.#options.prompt);
    this.#inbox.push({ is: 'prepared' });
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
        this.#isConnected = true;
        return this.#isGiven ? this.#catchUp() : this.#begin();
      case 'prepared':
        return this.#isConnected && !this.#isGiven ? this.#begin() : null;
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
      case 'steer':
        if (this.#isStopRequested) return null;
        if (this.#isGiven) await this.#steers.give(item.speech);
        else this.#steers.hold(item.speech);
        return null;
      case 'applied':
        await this.#applied(item.askId);
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
    const { prompt, isResumed, isOrphan, onGive } = this.#options;
    const isKnown = await this.#handOver.isKnown(prompt.messageId);
    if (isKnown) {
      if (!isResumed) onGive();
    } else {
      const isLost = isOrphan && this.#state.told.isDelivered;
      if (this.#isStopRequested || isLost) return this.#cutOff();
      // Its files are still on their way.
      if (!this.#speech) return null;
      const end = await this.#give(this.#speech);
      if (end) return end;
    }
    if (!this.#state.told.isDelivered) {
      const { promptId, turnId } = prompt;
      await this.#tell({ kind: 'prompt.delivered', promptId, turnId });
    }
    const end = isKnown ? await this.#goOn() : null;
    this.#isGiven = true;
    this.#steers.release();
    return end;
  }

  async #give(speech: Speech): Promise<TurnEnd | null> {
    this.#options.onGive();
    try {
      await this.#handOver.give(speech);
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
    await this.#readAsks();
    for (const answer of this.#options.answers) this.answer(answer);
    if (!this.#isStopRequested) return this.#judge();
    await this.#abort();
    return null;
  }

  /** The turn can't go on, for a reason outside of it. */
  #cutOff(): TurnEnd {
    return this.#isStopRequested ? STOPPED : INTERRUPTED;
  }

  async #catchUp(): Promise<TurnEnd | null> {
    await this.#readStored();
    await this.#readAsks();
    return this.#judge();
  }

  async #onFrame(parsed: ParsedEvent): Promise<void> {
    const event = parsed.is === 'event' ? parsed.event : null;
    // Nobody can answer what asks nothing.
    if (event?.type === 'question.asked' && event.properties.questions.length === 0) {
      await this.#options.client.rejectQuestion(event.properties.id);
    }
    await this.#emit(translate(this.#state, parsed));
    if (event?.type !== 'session.status' || !isOfTurn(this.#state, event.properties.sessionID)) return;
    if (event.properties.status.type === 'idle') this.#later(SETTLE_MS, { is: 'settled' });
    else this.#idleSinceMs = null;
  }

  async #applied(askId: AskId): Promise<void> {
    const { told, turnId } = this.#state;
    if (!told.asksApplied.has(askId)) await this.#tell({ kind: 'ask.applied', turnId, askId });
  }

  async #onStop(): Promise<TurnEnd | null> {
    if (this.#isGiven) await this.#abort();
    else if (this.#isConnected) return this.#begin();
    return null;
  }

  async #abort(): Promise<void> {
    this.#later(STOP_WITHIN_MS, { is: 'stop-overdue' });
    await this.#options.client.abort(this.#options.sessionId);
    this.#later(SETTLE_MS, { is: 'settled' });
  }

  /** OpenCode seems idle: reads what it stored and says how the turn ended, if it did. */
  async #judge(): Promise<TurnEnd | null> {
    if (await this.#isBusy()) {
      this.#idleSinceMs = null;
      return null;
    }
    await this.#readStored();
    const verdict = turnVerdict(this.#state, this.#isStopRequested);
    if (verdict) {
      const goesOn = verdict.outcome === 'completed' && (await this.#steers.revive(this.#state));
      if (!goesOn) return verdict;
    } else {
      this.#idleSinceMs ??= steadyMs();
      const graceMs = hasAnswer(this.#state) ? UNFINISHED_GRACE_MS : UNBEGUN_GRACE_MS;
      if (steadyMs() - this.#idleSinceMs > graceMs) return this.#cutOff();
    }
    this.#later(SETTLE_MS, { is: 'settled' });
    return null;
  }

  /** A turn goes on as long as the agent or one of its sub-agents works. */
  async #isBusy(): Promise<boolean> {
    const { client, sessionId } = this.#options;
    const statuses = await client.statuses();
    const busy = [sessionId, ...this.#state.tasks.keys()].filter(
      (id) => (statuses[id]?.type ?? 'idle') !== 'idle',
    );
    if (this.#isStopRequested && busy.length > 0 && !busy.includes(sessionId)) {
      for (const id of busy) await client.abort(id);
      this.#later(SETTLE_MS, { is: 'settled' });
    }
    return busy.length > 0;
  }

  async #readStored(): Promise<void> {
    const { client, sessionId, prompt } = this.#options;
    const messages = await readFamily(client, { sessionId, messageId: prompt.messageId });
    await this.#emit(translateStored(this.#state, messages));
  }

  /** An answer of this bridge's that OpenCode took before a kill is known by the ask that waits no more. */
  async #readAsks(): Promise<void> {
    const pending = await this.#options.client.pendingAsks();
    if (pending) await this.#emit(translatePending(this.#state, pending));
    else if (openAsks(this.#state.told).length > 0) console.error('bridge: asks go on as they were known');
  }

  #tell(event: SessionEvent): Promise<void> {
    const telling = new Telling(this.#state);
    telling.event(event);
    return this.#emit(telling.done());
  }

  async #emit({ state, outputs }: Translated): Promise<void> {
    this.#state = state;
    for (const output of outputs) await this.#options.onOutput(output);
    if (this.#isGivenUp || !isSilent(state)) return;
    this.#isGivenUp = true;
    this.#inbox.push({ is: 'stop' });
  }

  #later(ms: number, item: Item): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#inbox.push(item);
    }, ms);
    this.#timers.add(timer);
  }
}
