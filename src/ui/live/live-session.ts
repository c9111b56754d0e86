import type { TRPCClient } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/api/root';
import type { SessionId } from '@/domain/ids';
import { evolve } from '@/domain/session/evolve';
import type { SessionState } from '@/domain/session/state';
import type { RealtimeChannels } from '@/domain/sync/realtime-connection';
import type { SessionSource } from '@/domain/sync/session-source';
import { type SessionSnapshot, SessionStream } from '@/domain/sync/session-stream';
import { addEvents, EMPTY_TIMELINE, eventsOf, itemsOf } from '@/domain/timeline/timeline';
import { browserScheduler } from './browser-scheduler';
import { refusalOf } from './failure';

/** The end of a session's log, as the page's server component read it. */
export type OpenedPage = inferRouterOutputs<AppRouter>['sessions']['get'];

/** All that a session's screen shows: its timeline, and the state that follows from the same events. */
export interface LiveView extends SessionSnapshot {
  session: SessionState;
}

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
  #view: LiveView;
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

  /** Adds the page before the oldest; rejects when it could not be had. */
  loadOlder(): Promise<void> {
    return this.#stream?.loadOlder() ?? Promise.resolve();
  }

  /** Asks again now, whatever is waited for: somebody pressed a button. */
  retry(): void {
    this.#stream?.wake();
  }

  #start(): void {
    const { page, client, realtime } = this.#deps;
    const sessionId = page.session.id;
    const stream = new SessionStream({
      sessionId,
      source: sessionSource(client, page),
      realtime,
      scheduler: browserScheduler,
    });
    this.#stream = stream;
    stream.subscribe(() => this.#follow(stream.getSnapshot()));
    const unbind = bindToTab(stream);
    stream.start();
    this.#end = () => {
      unbind();
      stream.stop();
      this.#stream = null;
    };
  }

  #follow(snapshot: SessionSnapshot): void {
    const before = this.#view;
    // Until the stream has opened it knows less than what the server rendered.
    this.#view =
      snapshot.appliedSeq < before.appliedSeq
        ? { ...before, state: snapshot.state }
        : { ...snapshot, session: stateAt(before, snapshot) };
    for (const listener of [...this.#listeners]) listener();
  }
}

function firstView(page: OpenedPage): LiveView {
  const timeline = addEvents(EMPTY_TIMELINE, page.events);
  return {
    timeline,
    items: itemsOf(timeline),
    state: { kind: 'catching-up', behind: 0 },
    appliedSeq: page.head,
    head: page.head,
    live: new Map(),
    hasOlder: page.hasOlder,
    session: page.session.state,
  };
}

/** The state after the events that are new since `before`. */
function stateAt(before: LiveView, { timeline, appliedSeq }: SessionSnapshot): SessionState {
  if (appliedSeq === before.appliedSeq) return before.session;
  const added = eventsOf(timeline, { fromSeq: before.appliedSeq + 1, toSeq: appliedSeq });
  return added.reduce((state, { event, actor }) => evolve(state, event, actor), before.session);
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
