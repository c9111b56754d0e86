import type { ErrorCode } from '../errors';
import { type LoggedEvent, parseLoggedEvent } from '../events/logged-event';
import type { PartId, SessionId } from '../ids';
import type { TimelineItem } from '../timeline/items';
import { addEvents, EMPTY_TIMELINE, itemsOf, type Timeline } from '../timeline/timeline';
import {
  DeltasMessage,
  EventsMessage,
  HintMessage,
  ResubscribeMessage,
  SESSION_MESSAGES,
  sessionChannel,
} from '../wire/realtime';
import { Alarm } from './alarm';
import { CatchUp } from './catch-up';
import { LiveText } from './live-text';
import { LogCursor } from './log-cursor';
import { LogPages } from './log-pages';
import type { RealtimeChannels } from './realtime-connection';
import type { Scheduler } from './scheduler';
import type { SeqRange } from './seq-ranges';
import type { OpenedSession, SessionSource } from './session-source';
import { isSameState, type SyncState, syncState } from './sync-state';
import { watchdogDelayMs } from './watchdog';

/** How long messages may arrive in another order before a gap is taken for a loss. */
const REORDER_MS = 200;
/** After a reconnect all clients would list at once; each waits for up to this long. */
const REJOIN_SPREAD_MS = 1_000;
/** Behind after a list that brought nothing: ask again then. */
const STILL_BEHIND_MS = 1_000;
const PAGE_EVENTS = 500;
/** Changes within this are told as one. */
const BATCH_MS = 16;

/** Why a subscription is refused to somebody who may not listen, or who asks by an old name of the channel. */
const REFUSALS: ReadonlySet<string> = new Set<ErrorCode>(['forbidden', 'not_found', 'unauthenticated']);

/** What a client shows; a new object whenever something changed, with unchanged parts of it kept. */
export interface SessionSnapshot {
  readonly timeline: Timeline;
  readonly items: readonly TimelineItem[];
  readonly state: SyncState;
  /** Everything up to this `seq` is in `items`. */
  readonly appliedSeq: number;
  /** The newest `seq` that is known of. */
  readonly head: number;
  /** Text of parts that are being written, or that their turn's end left unfinished. */
  readonly live: ReadonlyMap<PartId, string>;
  /** What is not in `items` of the log up to `appliedSeq`, in order. */
  readonly gaps: readonly SeqRange[];
  /** The events by which `appliedSeq` moved on from the snapshot before, in order. */
  readonly news: readonly LoggedEvent[];
  /** The newest version of the rights on the session that is known of; 0 before the first answer. */
  readonly accessVersion: number;
}

export interface SessionStreamDeps {
  sessionId: SessionId;
  source: SessionSource;
  realtime: RealtimeChannels;
  scheduler: Scheduler;
}

const EMPTY: SessionSnapshot = {
  timeline: EMPTY_TIMELINE,
  items: [],
  state: { kind: 'catching-up', behind: 0 },
  appliedSeq: 0,
  head: 0,
  live: new Map(),
  gaps: [],
  news: [],
  accessVersion: 0,
};

/**
 * A client's copy of a session, kept complete whatever the network does: realtime messages are hints, and the log
 * is listed on each subscription, gap, doubt and `wake`. Fits React's `useSyncExternalStore`.
 */
export class SessionStream {
  readonly #deps: SessionStreamDeps;
  readonly #cursor = new LogCursor();
  readonly #pages: LogPages;
  readonly #catchUp: CatchUp;
  readonly #liveText: LiveText;
  readonly #listeners = new Set<() => void>();
  readonly #gap: Alarm;
  readonly #watchdog: Alarm;
  readonly #batch: Alarm;
  #timeline: Timeline = EMPTY_TIMELINE;
  #snapshot = EMPTY;
  #news: LoggedEvent[] = [];
  #isOpen = false;
  #isListed = false;
  #isVisible = true;
  #isActive = false;
  #idleRounds = 0;
  #accessVersion: number | null = null;
  #unsubscribe: () => void = () => undefined;
  #unsubscribedSinceMs: number | null;
  #hasBeenSubscribed = false;
  /** When the client was last known to be complete. */
  #confirmedMs: number;

  constructor(deps: SessionStreamDeps) {
    const { scheduler, source } = deps;
    this.#deps = deps;
    this.#gap = new Alarm(scheduler);
    this.#watchdog = new Alarm(scheduler);
    this.#batch = new Alarm(scheduler);
    const onChange = (): void => this.#changed();
    this.#catchUp = new CatchUp({ scheduler, list: () => this.#list(), onChange });
    this.#pages = new LogPages({
      source,
      onPage: (events) => {
        this.#add(events, { isMissed: true });
        this.#changed();
      },
    });
    this.#liveText = new LiveText({ scheduler, ask: (partIds) => source.partTexts(partIds), onChange });
    this.#unsubscribedSinceMs = this.#confirmedMs = scheduler.now();
  }

  start(): void {
    this.#catchUp.request();
  }

  /** Ends it; nothing is told afterwards. */
  stop(): void {
    this.#unsubscribe();
    this.#catchUp.stop();
    this.#liveText.stop();
    for (const alarm of [this.#gap, this.#watchdog, this.#batch]) alarm.clear();
    this.#listeners.clear();
  }

  /** Hears of every new snapshot until the answer is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): SessionSnapshot => this.#snapshot;

  /** On focus, `online`, `pageshow`, or a return from sleep: lists now and tries the connection. */
  wake(): void {
    this.#deps.realtime.wake();
    this.#liveText.refresh();
    this.#catchUp.hurry();
  }

  /** A hidden client does not ask by itself; being shown again wakes it. */
  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#armWatchdog();
    if (isVisible) this.wake();
  }

  /** Adds the page before what is here up to the end. Rejects when it could not be had; nothing is lost by that. */
  async loadOlder(): Promise<void> {
    const gap = this.#pages.gaps.at(-1);
    if (gap) await this.#pages.loadBefore(gap);
  }

  /** Adds the page at one side of a gap. Rejects as `loadOlder` does. */
  async loadInto(gap: SeqRange, side: 'beginning' | 'end'): Promise<void> {
    await (side === 'end' ? this.#pages.loadBefore(gap) : this.#pages.loadAfter(gap));
  }

  /** Adds what stands around an event of the log, unless it is here. Rejects as `loadOlder` does. */
  async loadAround(seq: number): Promise<void> {
    await this.#pages.loadAround(seq);
  }

  /** Whether there is more to list right now. */
  async #list(): Promise<boolean> {
    if (!this.#isOpen) {
      this.#open(await this.#deps.source.open());
      return false;
    }
    const { applied } = this.#cursor;
    const page = await this.#deps.source.eventsAfter({ after: applied, limit: PAGE_EVENTS });
    const events = this.#take(page.events.map(parseLoggedEvent), { isMissed: true });
    this.#cursor.noteHead(page.head);
    this.#idleRounds = events.length > 0 ? 0 : this.#idleRounds + 1;
    this.#isListed = true;
    this.#confirmedMs = this.#deps.scheduler.now();
    this.#changeAccess(page.accessVersion);
    const isBehind = this.#cursor.behind > 0;
    if (isBehind && events.length === 0) this.#gap.setBy(STILL_BEHIND_MS, () => this.#catchUp.request());
    return isBehind && events.length > 0;
  }

  #open(opened: OpenedSession): void {
    if (this.#isOpen) return;
    const events = opened.events.map(parseLoggedEvent);
    const last = events.reduce((seq, logged) => Math.max(seq, logged.seq), 0);
    this.#cursor.startAt(last);
    this.#cursor.noteHead(opened.head);
    this.#add(events, { isMissed: true });
    this.#pages.start(events, { last, hasOlder: opened.hasOlder });
    this.#isOpen = true;
    this.#changeAccess(opened.accessVersion);
  }

  /** Applies what is due of these events and answers it. */
  #take(events: readonly LoggedEvent[], how: { isMissed: boolean }): LoggedEvent[] {
    const due = this.#cursor.take(events);
    this.#news.push(...due);
    this.#add(due, how);
    return due;
  }

  #add(events: readonly LoggedEvent[], { isMissed }: { isMissed: boolean }): void {
    this.#timeline = addEvents(this.#timeline, events);
    this.#liveText.addEvents(events, { isMissed });
    if (events.length > 0) this.#changed();
  }

  /** The channel's name changes with the rights on the session; the newest is the one that is spoken on. */
  #changeAccess(accessVersion: number): void {
    if (this.#accessVersion !== null && accessVersion <= this.#accessVersion) return;
    this.#accessVersion = accessVersion;
    this.#unsubscribe();
    this.#lost();
    this.#unsubscribe = this.#deps.realtime.subscribe(sessionChannel(this.#deps.sessionId, accessVersion), {
      onSubscribed: () => this.#subscribed(),
      onLost: (refusal) => this.#lost(refusal),
      onMessage: (event, data) => this.#message(event, data),
    });
  }

  #subscribed(): void {
    const isAgain = this.#hasBeenSubscribed;
    this.#hasBeenSubscribed = true;
    this.#unsubscribedSinceMs = null;
    this.#isListed = false;
    this.#catchUp.request(isAgain ? this.#deps.scheduler.random() * REJOIN_SPREAD_MS : 0);
    this.#liveText.refresh();
    this.#changed();
  }

  /** A subscription that is refused may have a new name by now, or no right behind it: the next list tells which. */
  #lost(refusal?: string): void {
    this.#unsubscribedSinceMs ??= this.#deps.scheduler.now();
    if (refusal !== undefined && REFUSALS.has(refusal)) this.#catchUp.request();
    this.#changed();
  }

  #message(event: string, data: unknown): void {
    switch (event) {
      case SESSION_MESSAGES.events: {
        this.#eventsMessage(EventsMessage.safeParse(data).data);
        return;
      }
      case SESSION_MESSAGES.deltas: {
        this.#liveText.addDeltas(DeltasMessage.safeParse(data).data?.deltas ?? []);
        return;
      }
      case SESSION_MESSAGES.hint:
        this.#cursor.noteHead(HintMessage.safeParse(data).data?.head ?? 0);
        {
          this.#listIfGap(REORDER_MS);
          return;
        }
      case SESSION_MESSAGES.resubscribe: {
        const version = ResubscribeMessage.safeParse(data).data?.accessVersion;
        if (version !== undefined) this.#changeAccess(version);
        return;
      }
    }
  }

  /** Events of a message are applied as far as they are contiguous; what is missing is listed. */
  #eventsMessage(message: EventsMessage | undefined): void {
    if (!message) {
      this.#catchUp.request();
      return;
    }
    this.#cursor.noteHead(message.to);
    const events = this.#take(message.events ?? [], { isMissed: false });
    if (events.length > 0) this.#idleRounds = 0;
    if (this.#cursor.behind === 0) this.#confirmedMs = this.#deps.scheduler.now();
    this.#listIfGap(message.events ? REORDER_MS : 0);
  }

  #listIfGap(waitMs: number): void {
    if (this.#cursor.behind > 0) {
      this.#gap.setBy(waitMs, () => {
        if (this.#cursor.behind > 0) this.#catchUp.request();
      });
    }
    this.#changed();
  }

  #armWatchdog(): void {
    const delayMs = watchdogDelayMs({
      isActive: this.#isActive,
      isSubscribed: this.#unsubscribedSinceMs === null,
      isVisible: this.#isVisible,
      idleRounds: this.#idleRounds,
    });
    if (delayMs === null || !this.#isOpen) {
      this.#watchdog.clear();
      return;
    }
    const dueMs = Math.max(0, this.#confirmedMs + delayMs - this.#deps.scheduler.now());
    this.#watchdog.set(dueMs, () => {
      this.#confirmedMs = this.#deps.scheduler.now();
      this.#catchUp.request();
      this.#liveText.refresh();
      this.#armWatchdog();
    });
  }

  #changed(): void {
    this.#batch.setBy(BATCH_MS, () => this.#publish());
  }

  #publish(): void {
    const before = this.#snapshot;
    const items = this.#timeline === before.timeline ? before.items : itemsOf(this.#timeline);
    if (items !== before.items) this.#isActive = items.some(isOpenPrompt);
    this.#armWatchdog();
    const state = syncState({
      refusal: this.#catchUp.refusal,
      failingSinceMs: this.#catchUp.failingSinceMs,
      unsubscribedSinceMs: this.#unsubscribedSinceMs,
      isListed: this.#isListed,
      isOpen: this.#isOpen,
      behind: this.#cursor.behind,
    });
    const next: SessionSnapshot = {
      timeline: this.#timeline,
      items,
      state: isSameState(state, before.state) ? before.state : state,
      appliedSeq: this.#cursor.applied,
      head: this.#cursor.head,
      live: this.#liveText.texts,
      gaps: this.#pages.gaps,
      news: this.#news.length > 0 ? this.#news : EMPTY.news,
      accessVersion: this.#accessVersion ?? 0,
    };
    if (isSameSnapshot(next, { ...before, news: EMPTY.news })) return;
    this.#news = [];
    this.#snapshot = next;
    for (const listener of [...this.#listeners]) listener();
  }
}

function isOpenPrompt(item: TimelineItem): boolean {
  return item.type === 'prompt' && (item.status === 'running' || item.status === 'waiting');
}

function isSameSnapshot(a: SessionSnapshot, b: SessionSnapshot): boolean {
  const keys = Object.keys(a) as (keyof SessionSnapshot)[]; // an object literal's keys are its type's
  return keys.every((key) => a[key] === b[key]);
}
