import { AppError } from '../errors';
import { type LoggedEvent, parseLoggedEvent } from '../events/logged-event';
import { type SeqRange, SeqRanges } from './seq-ranges';
import type { SessionSource } from './session-source';

const PAGE_EVENTS = 200;

interface LogPagesDeps {
  source: Pick<SessionSource, 'eventsBefore' | 'eventsAfter'>;
  /** Takes the events of a page, in order. */
  onPage: (events: readonly LoggedEvent[]) => void;
}

/**
 * The pages of a log before its end, loaded where somebody looks: from the end backwards, or around any event, with
 * a gap between. A page that is being loaded is not asked for twice. Whatever can't be had rejects and loses nothing.
 */
export class LogPages {
  readonly #deps: LogPagesDeps;
  readonly #ranges = new SeqRanges();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(deps: LogPagesDeps) {
    this.#deps = deps;
  }

  /** What is missing, in order; the same array until it changes. */
  get gaps(): readonly SeqRange[] {
    return this.#ranges.gaps;
  }

  /** Takes note of the page that a client starts with: the unbroken run of these events that ends at `last`. */
  start(events: readonly LoggedEvent[], { last, hasOlder }: { last: number; hasOlder: boolean }): void {
    const from = hasOlder ? startOfRun(events, last) : 1;
    this.#ranges.add({ from, to: Math.max(last, from) });
  }

  /** Loads the page at the end of a gap, which is where somebody meets it who reads backwards. */
  loadBefore(gap: SeqRange): Promise<void> {
    return this.#once(`before ${gap.to}`, () => this.#before(gap.to + 1));
  }

  /** Loads the page at the beginning of a gap, for somebody who reads on from there. */
  loadAfter(gap: SeqRange): Promise<void> {
    return this.#once(`after ${gap.from}`, () => this.#after(gap));
  }

  /** Loads what stands around an event, unless it is here. */
  loadAround(seq: number): Promise<void> {
    return this.#once(`around ${seq}`, () => this.#around(seq));
  }

  async #before(before: number): Promise<void> {
    const page = await this.#deps.source.eventsBefore({ before, limit: PAGE_EVENTS });
    const events = page.events.map(parseLoggedEvent);
    const from = page.hasOlder ? startOfRun(events, before - 1) : 1;
    if (from >= before) throw new AppError('internal', 'The page of events came empty.');
    this.#add(events, { from, to: before - 1 });
  }

  async #after(gap: SeqRange): Promise<void> {
    const page = await this.#deps.source.eventsAfter({ after: gap.from - 1, limit: PAGE_EVENTS });
    const events = fitInto(gap, page.events.map(parseLoggedEvent), gap.from);
    const to = events.at(-1)?.seq ?? 0;
    if (to < gap.from) throw new AppError('internal', 'The page of events came empty.');
    this.#add(events, { from: gap.from, to });
  }

  async #around(seq: number): Promise<void> {
    const gap = this.gaps.find(({ from, to }) => from <= seq && seq <= to);
    if (!gap) return;
    const { source } = this.#deps;
    const [before, after] = await Promise.all([
      source.eventsBefore({ before: seq + 1, limit: PAGE_EVENTS }),
      source.eventsAfter({ after: seq, limit: PAGE_EVENTS }),
    ]);
    const older = before.events.map(parseLoggedEvent);
    const from = before.hasOlder ? startOfRun(older, seq) : 1;
    if (from > seq) throw new AppError('internal', 'The page of events came empty.');
    const events = fitInto(gap, [...older, ...after.events.map(parseLoggedEvent)], seq);
    this.#add(events, { from, to: events.at(-1)?.seq ?? seq });
  }

  #add(events: readonly LoggedEvent[], range: SeqRange): void {
    this.#ranges.add(range);
    this.#deps.onPage(events);
  }

  #once(key: string, load: () => Promise<void>): Promise<void> {
    const loading = this.#loading.get(key) ?? load().finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }
}

/**
 * As much of these events as closes the gap, or else as far as no part is left open, so that nothing of the past
 * looks as if it still ran; all of them when there is no such place at or after `least`.
 */
function fitInto(gap: SeqRange, events: readonly LoggedEvent[], least: number): readonly LoggedEvent[] {
  const inside = events.filter(({ seq }) => seq <= gap.to);
  if (inside.at(-1)?.seq === gap.to) return inside;
  const open = new Set<string>();
  let end = inside.length;
  for (const [at, { seq, event }] of inside.entries()) {
    if (event.kind === 'part.started') open.add(event.partId);
    if (event.kind === 'part.finished') open.delete(event.partId);
    if (open.size === 0 && seq >= least) end = at + 1;
  }
  return inside.slice(0, end);
}

/** The first `seq` of the unbroken run of these events that ends at `last`; one above it when there is none. */
function startOfRun(events: readonly LoggedEvent[], last: number): number {
  const seqs = new Set(events.map(({ seq }) => seq));
  let first = last + 1;
  while (seqs.has(first - 1)) first -= 1;
  return first;
}
