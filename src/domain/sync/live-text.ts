import type { LoggedEvent } from '../events/logged-event';
import type { PartId, TurnId } from '../ids';
import type { Delta } from '../wire/bridge';
import { Alarm } from './alarm';
import { Backoff } from './backoff';
import { PartText } from './part-text';
import type { Scheduler } from './scheduler';
import type { StoredPartText } from './session-source';

/** How long after an answer the stored text of a part with a gap is asked for again. */
const ASK_AGAIN_MS = 1_000;
const RETRY = { firstMs: 1_000, factor: 2, maxMs: 15_000 };
/** The most parts asked for in one request. */
const MAX_ASKED = 50;

interface LiveTextDeps {
  scheduler: Scheduler;
  ask: (partIds: readonly PartId[]) => Promise<readonly StoredPartText[]>;
  onChange: () => void;
}

/**
 * The text of parts that are still being written. It is not in the log: deltas carry it as it comes, the server
 * stores it about once a second, and the log's event with the whole of it wins as soon as it is there.
 */
export class LiveText {
  readonly #deps: LiveTextDeps;
  /** Parts that started and did not finish, with their turn. */
  readonly #open = new Map<PartId, TurnId>();
  readonly #finished = new Set<PartId>();
  readonly #endedTurns = new Set<TurnId>();
  readonly #parts = new Map<PartId, PartText>();
  /** Parts whose stored text is wanted, gap or not. */
  readonly #wanted = new Set<PartId>();
  readonly #alarm: Alarm;
  readonly #backoff: Backoff;
  #isAsking = false;
  #isStopped = false;
  #texts: ReadonlyMap<PartId, string> = new Map();
  #isStale = false;

  constructor(deps: LiveTextDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.scheduler);
    this.#backoff = new Backoff(RETRY, () => deps.scheduler.random());
  }

  /** Live text by part; the same map until something in it changes. */
  get texts(): ReadonlyMap<PartId, string> {
    if (this.#isStale) {
      const texts = new Map([...this.#parts].map(([partId, { text }]) => [partId, text] as const));
      for (const [partId, text] of texts) if (text === '') texts.delete(partId);
      if (!isSameMap(texts, this.#texts)) this.#texts = texts;
      this.#isStale = false;
    }
    return this.#texts;
  }

  /** Takes note of what starts and ends. Text of parts that started unseen (`isMissed`) is asked for. */
  addEvents(events: readonly LoggedEvent[], { isMissed }: { isMissed: boolean }): void {
    for (const { event } of events) {
      if (event.kind === 'part.started') this.#start(event.partId, event);
      else if (event.kind === 'part.finished') this.#finish(event.partId);
      else if (event.kind === 'prompt.finished' && event.turnId !== null) this.#endTurn(event.turnId);
    }
    if (isMissed) {
      for (const { event } of events) {
        if (event.kind === 'part.started' && this.#open.has(event.partId)) this.#wanted.add(event.partId);
      }
    }
    this.#askSoon(0);
  }

  addDeltas(deltas: readonly Delta[]): void {
    for (const delta of deltas) {
      if (!this.#finished.has(delta.partId)) this.#part(delta.partId).addDelta(delta);
    }
    this.#changed();
    this.#askSoon(0);
  }

  /** Asks for the stored text of every open part: deltas may have been missed without a trace. */
  refresh(): void {
    for (const partId of this.#open.keys()) this.#wanted.add(partId);
    this.#askSoon(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#alarm.clear();
  }

  #start(partId: PartId, { turnId, part }: { turnId: TurnId; part: { type: string } }): void {
    if (this.#finished.has(partId)) return;
    if (part.type === 'tool') this.#part(partId).replaceFromNowOn();
    if (this.#endedTurns.has(turnId)) this.#leaveUnfinished(partId);
    else this.#open.set(partId, turnId);
  }

  #finish(partId: PartId): void {
    this.#finished.add(partId);
    this.#open.delete(partId);
    this.#wanted.delete(partId);
    if (this.#parts.delete(partId)) this.#changed();
  }

  #leaveUnfinished(partId: PartId): void {
    this.#wanted.add(partId);
    this.#part(partId).end();
  }

  /** What was open when its turn ended stays so: its text so far is asked for once more and kept. */
  #endTurn(turnId: TurnId): void {
    this.#endedTurns.add(turnId);
    for (const [partId, ofTurn] of this.#open) {
      if (ofTurn !== turnId) continue;
      this.#open.delete(partId);
      this.#leaveUnfinished(partId);
    }
  }

  #part(partId: PartId): PartText {
    const known = this.#parts.get(partId);
    if (known) return known;
    const part = new PartText();
    this.#parts.set(partId, part);
    return part;
  }

  #changed(): void {
    this.#isStale = true;
    this.#deps.onChange();
  }

  /** Only the log says that a part is open: a gap in one that it does not know (yet) is not asked about. */
  #missing(): PartId[] {
    const gaps = [...this.#open.keys()].filter((partId) => this.#parts.get(partId)?.hasGap === true);
    return [...new Set([...this.#wanted, ...gaps])].slice(0, MAX_ASKED);
  }

  #askSoon(delayMs: number): void {
    if (this.#isStopped || this.#isAsking || this.#alarm.dueMs !== null || this.#missing().length === 0)
      return;
    this.#alarm.set(delayMs, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const asked = this.#missing();
    if (asked.length === 0) return;
    this.#isAsking = true;
    for (const partId of asked) this.#wanted.delete(partId);
    // A failed request loses nothing: the same parts are asked for again, and the list of the log, which fails
    // as well then, is what tells people.
    const before = this.texts;
    const stored = await this.#deps.ask(asked).catch(() => null);
    this.#isAsking = false;
    if (stored) this.#addStored(stored, before);
    else for (const partId of asked) if (!this.#finished.has(partId)) this.#wanted.add(partId);
    this.#askSoon(stored ? ASK_AGAIN_MS : this.#backoff.nextMs());
  }

  #addStored(stored: readonly StoredPartText[], before: ReadonlyMap<PartId, string>): void {
    this.#backoff.reset();
    for (const { partId, text } of stored) {
      if (!this.#finished.has(partId)) this.#part(partId).addStored(text, before.get(partId) ?? '');
    }
    this.#changed();
  }
}

function isSameMap(a: ReadonlyMap<PartId, string>, b: ReadonlyMap<PartId, string>): boolean {
  return a.size === b.size && [...a].every(([partId, text]) => b.get(partId) === text);
}
