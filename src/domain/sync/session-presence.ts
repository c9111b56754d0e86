import type { ClientKind } from '../events/actor';
import { type SessionId, UserId } from '../ids';
import { ClientStateMessage, presenceChannel, PRESENCE_MESSAGES, TypingMessage } from '../wire/realtime';
import { Alarm } from './alarm';
import { IdleWatch } from './idle-watch';
import { type PersonHere, PresenceRoll } from './presence-roll';
import type { PresenceChannels } from './realtime-connection';
import type { Scheduler } from './scheduler';

/** Typing is told at most this often while it goes on. */
const TELL_TYPING_MS = 2_500;
/** A client of somebody who has several here repeats its state, so that one which vanished is noticed. */
const REPEAT_MS = 60_000;
/** Whoever comes is answered within this, each at a moment of their own. */
const ANSWER_SPREAD_MS = 800;
/** Among more people than this nobody answers a newcomer: that would be a message from each to each. */
const MAX_ANSWERING = 20;
/** How long a client stays away from a channel that is full. */
const FULL_MS = 3 * 60_000;
/** Changes within this are told as one. */
const BATCH_MS = 30;

/** Why a full channel refuses: our own server's code, and the realtime server's type for the hundred-and-first. */
const FULL: ReadonlySet<string> = new Set(['rate_limited', 'LimitReached']);

/** Who is in a session; a new object whenever something changed. */
export interface PresenceSnapshot {
  /** `full`: so many are here that this client does not join them. While `connecting`, `people` is the last known. */
  readonly state: 'connecting' | 'here' | 'full';
  readonly people: readonly PersonHere[];
  /** Names of the others who are typing. */
  readonly typing: readonly string[];
}

export interface SessionPresenceDeps {
  sessionId: SessionId;
  /** This client, unique among all. */
  clientId: string;
  via: ClientKind;
  realtime: PresenceChannels;
  scheduler: Scheduler;
}

const NOBODY: PresenceSnapshot = { state: 'connecting', people: [], typing: [] };

/**
 * A client's part in who is here: it joins the presence channel, tells what the channel itself does not know (which
 * client, whether idle, whether typing) and keeps what the others tell. For show alone: it decides nothing. Fits
 * React's `useSyncExternalStore`.
 */
export class SessionPresence {
  readonly #deps: SessionPresenceDeps;
  readonly #roll = new PresenceRoll();
  readonly #listeners = new Set<() => void>();
  readonly #idle: IdleWatch | null;
  readonly #answer: Alarm;
  readonly #repeat: Alarm;
  readonly #expiry: Alarm;
  readonly #retry: Alarm;
  readonly #batch: Alarm;
  #accessVersion: number | null = null;
  #state: PresenceSnapshot['state'] = 'connecting';
  #leave: () => void = () => undefined;
  #toldTypingMs: number | null = null;
  #joinedMs: number | null = null;
  #snapshot = NOBODY;

  constructor(deps: SessionPresenceDeps) {
    const { scheduler } = deps;
    this.#deps = deps;
    // Nobody can say whether somebody sits at a terminal that follows along.
    this.#idle = deps.via === 'web' ? new IdleWatch(scheduler, () => this.#tell()) : null;
    this.#answer = new Alarm(scheduler);
    this.#repeat = new Alarm(scheduler);
    this.#expiry = new Alarm(scheduler);
    this.#retry = new Alarm(scheduler);
    this.#batch = new Alarm(scheduler);
  }

  /** Joins the channel of this access version, and leaves that of an older one. */
  follow(accessVersion: number): void {
    if (this.#accessVersion !== null && accessVersion <= this.#accessVersion) return;
    this.#leave();
    this.#accessVersion = accessVersion;
    this.#join();
  }

  /** Leaves; nothing is told afterwards. */
  stop(): void {
    this.#sayGoodbye();
    this.#leave();
    this.#idle?.stop();
    for (const alarm of [this.#answer, this.#repeat, this.#expiry, this.#retry, this.#batch]) alarm.clear();
    this.#listeners.clear();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): PresenceSnapshot => this.#snapshot;

  /** There was input; call it as often as there is. */
  active(): void {
    this.#idle?.active();
  }

  setVisible(isVisible: boolean): void {
    this.#idle?.setVisible(isVisible);
  }

  /** Something was typed that the others may want to wait for; call it with every key. */
  typed(): void {
    const nowMs = this.#deps.scheduler.now();
    if (this.#toldTypingMs !== null && nowMs < this.#toldTypingMs + TELL_TYPING_MS) return;
    if (this.#roll.size < 2) return;
    if (this.#send(PRESENCE_MESSAGES.typing, { isTyping: true })) this.#toldTypingMs = nowMs;
  }

  /** What was typed is sent, or thrown away. */
  typingOver(): void {
    if (this.#toldTypingMs === null) return;
    this.#toldTypingMs = null;
    this.#send(PRESENCE_MESSAGES.typing, { isTyping: false });
  }

  #join(): void {
    const { sessionId, realtime } = this.#deps;
    if (this.#accessVersion === null) return;
    this.#setState('connecting');
    this.#leave = realtime.subscribe(presenceChannel(sessionId, this.#accessVersion), {
      onSubscribed: (answer) => this.#joined(answer),
      onLost: (refusal) => this.#lost(refusal),
      onMessage: (event, data, userId) => this.#message(event, data, userId),
    });
  }

  #joined(answer: unknown): void {
    this.#roll.reset(answer);
    this.#setState('here');
    this.#toldTypingMs = null;
    this.#joinedMs = this.#deps.scheduler.now();
    this.#tell({ isNew: true });
  }

  #lost(refusal: string | undefined): void {
    if (refusal !== undefined && FULL.has(refusal)) {
      this.#leave();
      this.#leave = () => undefined;
      this.#roll.reset(null);
      this.#setState('full');
      this.#retry.set(FULL_MS * (0.5 + this.#deps.scheduler.random() / 2), () => this.#join());
      return;
    }
    this.#setState('connecting');
  }

  #message(event: string, data: unknown, sender: string | undefined): void {
    if (event === 'pusher:member_added') this.#roll.added(data);
    if (event === 'pusher:member_removed') this.#roll.removed(data);
    const userId = UserId.safeParse(sender).data;
    const nowMs = this.#deps.scheduler.now();
    if (userId !== undefined && event === PRESENCE_MESSAGES.typing) {
      this.#roll.typed(userId, TypingMessage.safeParse(data).data?.isTyping ?? false, nowMs);
    }
    const told = event === PRESENCE_MESSAGES.state ? ClientStateMessage.safeParse(data).data : undefined;
    if (userId !== undefined && told) this.#heard(userId, told);
    this.#changed();
  }

  #heard(userId: UserId, told: ClientStateMessage): void {
    this.#roll.heard(userId, told, this.#deps.scheduler.now());
    if (this.#hasSiblings()) this.#repeat.setBy(REPEAT_MS, () => this.#tell());
    const isOwn = userId === this.#roll.me;
    if (told.isNew && this.#isNotable() && (isOwn || this.#roll.size <= MAX_ANSWERING)) {
      this.#answer.setBy(this.#deps.scheduler.random() * ANSWER_SPREAD_MS, () => this.#tell());
    }
  }

  /**
   * Tells that this client goes while others of the same person stay, which the channel itself never tells.
   * A tab that is closed has no time for it; the others miss its state after a while.
   */
  #sayGoodbye(): void {
    const { scheduler } = this.#deps;
    // Others of this person may be there whose answer is still on its way.
    const isNew = this.#joinedMs !== null && scheduler.now() < this.#joinedMs + 2 * ANSWER_SPREAD_MS;
    if (isNew || this.#hasSiblings()) this.#tell({ isGone: true });
  }

  /** Whether there is anything to say of this client that a newcomer does not see from the member itself. */
  #isNotable(): boolean {
    const { via } = this.#deps;
    const isIdle = this.#idle?.isIdle ?? false;
    return isIdle || this.#hasSiblings() || this.#roll.infoOf(this.#roll.me)?.via !== via;
  }

  #hasSiblings(): boolean {
    return this.#state === 'here' && this.#roll.clientsOf(this.#roll.me) > 1;
  }

  #tell(more: { isNew?: true; isGone?: true } = {}): void {
    if (this.#state !== 'here') return;
    const { clientId, via, scheduler } = this.#deps;
    const message = { client: clientId, via, isIdle: this.#idle?.isIdle ?? false, ...more };
    this.#answer.clear();
    const { me } = this.#roll;
    if (me !== null) this.#roll.heard(me, ClientStateMessage.parse(message), scheduler.now());
    // Whether this person has other clients is not known before they answer, so a newcomer always speaks.
    const isToBeSaid = more.isNew === true || more.isGone === true;
    if (isToBeSaid || this.#roll.size > 1 || this.#hasSiblings()) {
      this.#send(PRESENCE_MESSAGES.state, message);
    }
    if (this.#hasSiblings()) this.#repeat.set(REPEAT_MS, () => this.#tell());
    this.#changed();
  }

  #send(event: string, data: unknown): boolean {
    const { sessionId, realtime } = this.#deps;
    if (this.#state !== 'here' || this.#accessVersion === null) return false;
    return realtime.trigger(presenceChannel(sessionId, this.#accessVersion), event, data);
  }

  #setState(state: PresenceSnapshot['state']): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    this.#batch.setBy(BATCH_MS, () => this.#publish());
  }

  #publish(): void {
    const lookAgainMs = this.#roll.expire(this.#deps.scheduler.now());
    if (lookAgainMs !== null) this.#expiry.set(lookAgainMs, () => this.#publish());
    const isHere = this.#state === 'here';
    const next: PresenceSnapshot = {
      state: this.#state,
      people: this.#state === 'connecting' ? this.#snapshot.people : this.#roll.people(),
      typing: isHere ? this.#roll.typing() : [],
    };
    if (JSON.stringify(next) === JSON.stringify(this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
