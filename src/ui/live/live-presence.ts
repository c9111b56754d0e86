import type { SessionId } from '@/domain/ids';
import type { PresenceChannels } from '@/domain/sync/realtime-connection';
import { type PresenceSnapshot, SessionPresence } from '@/domain/sync/session-presence';
import { browserScheduler } from './browser-scheduler';

const UNKNOWN: PresenceSnapshot = { state: 'connecting', people: [], typing: [] };
/** What somebody does who is there. */
const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/**
 * This tab's part in who is in a session, for as long as it is started. The same object for whoever asks for the same
 * session, started or not. Fits React's `useSyncExternalStore`.
 */
export class LivePresence {
  readonly #realtime: PresenceChannels;
  readonly #sessionId: SessionId;
  readonly #listeners = new Set<() => void>();
  #presence: SessionPresence | null = null;
  #view = UNKNOWN;

  constructor(realtime: PresenceChannels, sessionId: SessionId) {
    this.#realtime = realtime;
    this.#sessionId = sessionId;
  }

  readonly getView = (): PresenceSnapshot => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Joins, until the answer is called. */
  start(): () => void {
    const presence = new SessionPresence({
      sessionId: this.#sessionId,
      clientId: crypto.randomUUID(),
      via: 'web',
      realtime: this.#realtime,
      scheduler: browserScheduler,
    });
    this.#presence = presence;
    presence.subscribe(() => this.#show(presence.getSnapshot()));
    const unbind = bindToTab(presence);
    return () => {
      unbind();
      presence.stop();
      this.#presence = null;
      this.#show(UNKNOWN);
    };
  }

  /** Uses the channel of this version of the session's rights. */
  follow(accessVersion: number): void {
    this.#presence?.follow(accessVersion);
  }

  typed(): void {
    this.#presence?.typed();
  }

  typingOver(): void {
    this.#presence?.typingOver();
  }

  #show(view: PresenceSnapshot): void {
    this.#view = view;
    for (const listener of [...this.#listeners]) listener();
  }
}

const bySession = new WeakMap<PresenceChannels, Map<SessionId, LivePresence>>();

/** The one of a session in this tab. */
export function presenceOf(realtime: PresenceChannels, sessionId: SessionId): LivePresence {
  const known = bySession.get(realtime) ?? new Map<SessionId, LivePresence>();
  bySession.set(realtime, known);
  const presence = known.get(sessionId) ?? new LivePresence(realtime, sessionId);
  known.set(sessionId, presence);
  return presence;
}

function bindToTab(presence: SessionPresence): () => void {
  const input = () => presence.active();
  const see = () => presence.setVisible(document.visibilityState === 'visible');
  see();
  for (const event of INPUT) window.addEventListener(event, input, { passive: true });
  document.addEventListener('visibilitychange', see);
  return () => {
    for (const event of INPUT) window.removeEventListener(event, input);
    document.removeEventListener('visibilitychange', see);
  };
}
