import type { TRPCClient } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type { PartId, SessionId } from '@/domain/ids';
import { evolve } from '@/domain/session/evolve';
import type { SessionState } from '@/domain/session/state';
import type { RealtimeChannels } from '@/domain/sync/realtime-connection';
import type { SeqRange } from '@/domain/sync/seq-ranges';
import type { SessionSource } from '@/domain/sync/session-source';
import type { SessionSnapshot, SessionStream } from '@/domain/sync/session-stream';
import { addEvents, EMPTY_TIMELINE, itemsOf } from '@/domain/timeline/timeline';
import { browserScheduler } from './browser-scheduler';
import { refusalOf } from './failure';

/** The end of a session's log, as the page's server component read it. */
export type OpenedPage = inferRouterOutputs<AppRouter>['sessions']['get'];

/**
 * All that a session's screen shows but the texts that are being written, which change too often for that: its
 * timeline, and the state that follows from the same events.
 */
export interface LiveView extends Omit<SessionSnapshot, 'live' | 'news'> {
  session: SessionState;
}

type Texts = SessionSnapshot['live'];

/** How long until the code that follows a log is asked for again when it could not be loaded. */
const RETRY_MS = 5_000;

interface LiveSessionDeps {
  page: OpenedPage;
  client: TRPCClient<AppRouter>;
  realtime: RealtimeChannels;
}

/**
 * One session on one screen: it shows what the server rendered at once, follows the log while anybody subscribes,
 * and lets go of it with the last one. Fits React's `useSyncExternalStore`.
 */
export class LiveSession {
  readonly #deps: LiveSessionDeps;
  readonly #listeners = new Set<() => void>();
  readonly #textListeners = new Map<PartId, Set<() => void>>();
  #view: LiveView;
  #texts: Texts = new Map();
  /** What is heard of with the next frame. */
  #pending: { view: LiveView; texts: Texts } | null = null;
  #stream: SessionStream | null = null;
  #end: () => void = () => undefined;

  constructor(deps: LiveSessionDeps) {
    this.#deps = deps;
    this.#view = firstView(deps.page);
  }

  readonly getView = (): LiveView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  };

  /** The text of a part while it is written, or as far as it came; undefined when there is none, or the log has it. */
  readonly textOf = (partId: PartId): string | undefined => this.#texts.get(partId);

  /** Hears of every change of one part's text, until the answer is called. */
  readonly subscribeText = (partId: PartId, listener: () => void): (() => void) => {
    const listeners = this.#textListeners.get(partId) ?? new Set();
    this.#textListeners.set(partId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#textListeners.delete(partId);
    };
  };

  /** Adds the page at one side of a gap; rejects when it could not be had. */
  loadInto(gap: SeqRange, side: 'beginning' | 'end'): Promise<void> {
    return this.#stream?.loadInto(gap, side) ?? Promise.resolve();
  }

  /** Adds what stands around an event of the log; rejects when it could not be had. */
  loadAround(seq: number): Promise<void> {
    return this.#stream?.loadAround(seq) ?? Promise.resolve();
  }

  /** Asks again now, whatever is waited for: somebody pressed a button. */
  retry(): void {
    this.#stream?.wake();
  }

  /** Follows the log as soon as the code for it is there. Without it one reads what the server drew, and tries again. */
  #start(): void {
    let isEnded = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.#end = () => {
      isEnded = true;
      clearTimeout(timer);
    };
    const begin = (): void => {
      import('@/domain/sync/session-stream').then(
        (code) => {
          if (!isEnded) this.#stream = this.#followedBy(code.SessionStream);
        },
        () => {
          this.#sayOffline();
          if (!isEnded) timer = setTimeout(begin, RETRY_MS);
        },
      );
    };
    begin();
  }

  #followedBy(Stream: typeof SessionStream): SessionStream {
    const { page, client, realtime } = this.#deps;
    const stream = new Stream({
      sessionId: page.session.id,
      source: sessionSource(client, page),
      realtime,
      scheduler: browserScheduler,
    });
    stream.subscribe(() => this.#follow(stream.getSnapshot()));
    const unbind = bindToTab(stream);
    stream.start();
    this.#end = () => {
      unbind();
      stream.stop();
      this.#stream = null;
    };
    return stream;
  }

  #sayOffline(): void {
    if (this.#view.state.kind === 'offline') return;
    this.#view = { ...this.#view, state: { kind: 'offline', sinceMs: Date.now() } };
    for (const listener of [...this.#listeners]) listener();
  }

  #follow({ live, news, ...snapshot }: SessionSnapshot): void {
    const before = this.#pending?.view ?? this.#view;
    // Until the stream has opened it knows less than what the server rendered.
    const isBehind = snapshot.appliedSeq < before.appliedSeq;
    const view = isBehind
      ? { ...before, state: snapshot.state }
      : { ...snapshot, session: stateAfter(before, news) };
    if (!this.#pending) onNextFrame(() => this.#flush());
    this.#pending = { view: isSame(view, before) ? before : view, texts: live };
  }

  /** Tells each what changed for it: of a delta hears the part that it belongs to, and nobody else. */
  #flush(): void {
    if (!this.#pending) return;
    const { view, texts } = this.#pending;
    const [viewBefore, textsBefore] = [this.#view, this.#texts];
    [this.#view, this.#texts, this.#pending] = [view, texts, null];
    for (const [partId, listeners] of [...this.#textListeners]) {
      if (texts.get(partId) !== textsBefore.get(partId)) for (const listener of [...listeners]) listener();
    }
    if (view !== viewBefore) for (const listener of [...this.#listeners]) listener();
  }
}

/** A picture that is not drawn by then never will be: the tab is hidden. */
const LATEST_MS = 200;

/** With the next picture that the browser draws; or soon, where nobody looks. */
function onNextFrame(run: () => void): void {
  const timer = setTimeout(run, LATEST_MS);
  requestAnimationFrame(() => {
    clearTimeout(timer);
    run();
  });
}

function isSame(a: LiveView, b: LiveView): boolean {
  const keys = Object.keys(a) as (keyof LiveView)[]; // an object literal's keys are its type's
  return keys.every((key) => a[key] === b[key]);
}

function firstView(page: OpenedPage): LiveView {
  const timeline = addEvents(EMPTY_TIMELINE, page.events);
  return {
    timeline,
    items: itemsOf(timeline),
    state: { kind: 'catching-up', behind: 0 },
    appliedSeq: page.head,
    head: page.head,
    gaps: page.hasOlder ? [{ from: 1, to: oldestOf(page) - 1 }] : [],
    session: page.session.state,
    accessVersion: page.session.accessVersion,
  };
}

/** Until the stream has opened, which finds it out exactly, this is only told and not asked for. */
function oldestOf({ events, head }: OpenedPage): number {
  return Math.min(head, ...events.map(({ seq }) => seq));
}

function stateAfter(before: LiveView, news: SessionSnapshot['news']): SessionState {
  return news
    .filter(({ seq }) => seq > before.appliedSeq)
    .reduce((state, { event, actor }) => evolve(state, event, actor), before.session);
}

/** A stream asks by itself only while it can be seen, and at once when the tab comes back from anywhere. */
function bindToTab(stream: SessionStream): () => void {
  const wake = () => stream.wake();
  const see = () => stream.setVisible(document.visibilityState === 'visible');
  see();
  for (const event of ['focus', 'online', 'pageshow']) window.addEventListener(event, wake);
  document.addEventListener('visibilitychange', see);
  return () => {
    for (const event of ['focus', 'online', 'pageshow']) window.removeEventListener(event, wake);
    document.removeEventListener('visibilitychange', see);
  };
}

function sessionSource(client: TRPCClient<AppRouter>, page: OpenedPage): SessionSource {
  const sessionId: SessionId = page.session.id;
  const { events, head, hasOlder } = page;
  return {
    open: () => Promise.resolve({ events, head, hasOlder, accessVersion: page.session.accessVersion }),
    eventsAfter: (request) => refusing(client.events.after.query({ sessionId, ...request })),
    eventsBefore: ({ before }) => refusing(client.events.before.query({ sessionId, before })),
    partTexts: (partIds) => refusing(client.events.partTexts.query({ sessionId, partIds: [...partIds] })),
  };
}

/** The answer, or the server's refusal as the domain's own error. */
async function refusing<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}
