import { z } from 'zod';
import { Attachment } from '@/domain/events/session-event';
import { CommandId, PromptId, TurnId } from '@/domain/ids';
import { Alarm } from '@/domain/sync/alarm';
import { Backoff } from '@/domain/sync/backoff';
import type { Scheduler } from '@/domain/sync/scheduler';

/** The three ways to speak to an agent. */
export const SpeechMode = z.enum(['queue', 'steer', 'interrupt']);
export type SpeechMode = z.infer<typeof SpeechMode>;

const Outgoing = z.object({
  promptId: PromptId,
  /** Repeated with every try, so that one that arrived without an answer is not a second prompt. */
  commandId: CommandId,
  mode: SpeechMode,
  /** The turn that is meant, for all but `queue`. */
  turnId: TurnId.nullable(),
  text: z.string(),
  attachments: z.array(Attachment),
  /**
   * `waiting` for the connection, after which it goes by itself; `sent` when the server has it and the log is still to
   * say so; `refused` by the server, so that somebody has to decide what becomes of it.
   */
  state: z.enum(['sending', 'waiting', 'sent', 'refused']),
  /** Why it was refused, in words. */
  refusal: z.string().nullable(),
});
/** Something said that the log does not have yet. */
export type Outgoing = z.infer<typeof Outgoing>;

/** What is to be said. */
export type Speech = Pick<Outgoing, 'mode' | 'turnId' | 'text' | 'attachments'>;

/** One entry for each, so that two tabs of one browser take nothing from each other. */
export interface KeptSpeech {
  read: () => string[];
  write: (promptId: PromptId, text: string) => void;
  remove: (promptId: PromptId) => void;
}

interface OutboxDeps {
  /** Resolves when the server took it, or had it already. */
  deliver: (outgoing: Outgoing) => Promise<void>;
  /** The refusal in words; null for a failure after which trying again is right. */
  refusalIn: (error: unknown) => string | null;
  newId: () => string;
  scheduler: Scheduler;
  /** Where what is not delivered outlives the page. */
  kept: KeptSpeech;
}

const RETRY = { firstMs: 500, factor: 2, maxMs: 15_000 };

/**
 * What somebody said in one session, until the log has it. It is delivered in its order, one at a time, for as long as
 * it takes: through an outage, a reload, and a server that restarts.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #listeners = new Set<() => void>();
  readonly #backoff: Backoff;
  readonly #alarm: Alarm;
  #items: readonly Outgoing[];
  #isDelivering = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#backoff = new Backoff(RETRY, () => deps.scheduler.random());
    this.#alarm = new Alarm(deps.scheduler);
    this.#items = deps.kept.read().flatMap(readKept);
  }

  readonly getItems = (): readonly Outgoing[] => this.#items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    void this.#deliverAll();
    return () => this.#listeners.delete(listener);
  };

  readonly say = (speech: Speech): void => {
    const promptId = PromptId.parse(this.#deps.newId());
    const commandId = CommandId.parse(this.#deps.newId());
    const outgoing: Outgoing = { ...speech, promptId, commandId, state: 'sending', refusal: null };
    this.#keep(outgoing);
    this.#set([...this.#items, outgoing]);
    void this.#deliverAll();
  };

  /** Sends one that was refused as a prompt that waits its turn. */
  readonly queueInstead = (promptId: PromptId): void => {
    const commandId = CommandId.parse(this.#deps.newId());
    this.#change(promptId, { mode: 'queue', turnId: null, commandId, state: 'sending', refusal: null });
    void this.#deliverAll();
  };

  /** Forgets one: the log has it, or it is not wanted any more. */
  readonly drop = (promptId: PromptId): void => {
    this.#deps.kept.remove(promptId);
    this.#set(this.#items.filter((item) => item.promptId !== promptId));
  };

  /** Tries at once what waits for the connection. */
  readonly wake = (): void => {
    this.#backoff.reset();
    this.#alarm.clear();
    void this.#deliverAll();
  };

  async #deliverAll(): Promise<void> {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        if (!(await this.#deliver(next))) break;
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #next(): Outgoing | undefined {
    return this.#items.find(({ state }) => state === 'sending' || state === 'waiting');
  }

  /** False when the server was not reached: what comes after it has to wait, too. */
  async #deliver(outgoing: Outgoing): Promise<boolean> {
    const { promptId } = outgoing;
    try {
      await this.#deps.deliver(outgoing);
      this.#backoff.reset();
      this.#change(promptId, { state: 'sent' });
      return true;
    } catch (error) {
      const refusal = this.#deps.refusalIn(error);
      this.#change(promptId, refusal === null ? { state: 'waiting' } : { state: 'refused', refusal });
      if (refusal === null) this.#alarm.setBy(this.#backoff.nextMs(), () => void this.#deliverAll());
      return refusal !== null;
    }
  }

  #change(promptId: PromptId, change: Partial<Outgoing>): void {
    const before = this.#items.find((item) => item.promptId === promptId);
    if (!before) return;
    const after = { ...before, ...change };
    this.#keep(after);
    this.#set(this.#items.map((item) => (item === before ? after : item)));
  }

  #keep(outgoing: Outgoing): void {
    const { kept } = this.#deps;
    if (outgoing.state === 'sent') kept.remove(outgoing.promptId);
    else kept.write(outgoing.promptId, JSON.stringify(outgoing));
  }

  #set(items: readonly Outgoing[]): void {
    this.#items = items;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** What was on its way when the page was left is sent again, with the same ids. */
function readKept(text: string): Outgoing[] {
  try {
    const kept = Outgoing.safeParse(JSON.parse(text));
    return kept.success ? [kept.data] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
