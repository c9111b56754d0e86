import type { ClientKind } from '../events/actor';
import type { LoggedEvent } from '../events/logged-event';
import type { EventKind, Outcome, SessionEvent } from '../events/session-event';
import { UserId } from '../ids';
import type { DecidedEvent } from './decide';
import { doingAfter } from './doing';

/** Somebody who spoke in a session, as a list shows them. */
export interface Speaker {
  name: string;
  /** The client that they used last. */
  via: ClientKind;
  /** Where in the log they spoke last. */
  seq: number;
}

/**
 * What a list shows of a session beside its state. It is kept in the session's row by the same write that appends
 * events, so that nobody ever replays a log to draw a list.
 */
export interface Activity {
  /** What the agent is doing, in about three words; empty for nothing that is worth saying. */
  doing: string;
  /** What its turns cost so far, in billionths of a US dollar: whole numbers add up the same in any order. */
  costNanoUsd: number;
  /** How the newest turn ended; null while one runs, and before the first. */
  lastOutcome: Outcome | null;
  people: Readonly<Record<UserId, Speaker>>;
  /** The newest event that is news for whoever was not looking; 0 for none. What others say is in `people`. */
  newsSeq: number;
}

export const NO_ACTIVITY: Activity = {
  doing: '',
  costNanoUsd: 0,
  lastOutcome: null,
  people: {},
  newsSeq: 0,
};

/** Somebody who spoke in a batch of events; `position` is the event's place in it, from 1. */
export interface Spoke extends Omit<Speaker, 'seq'> {
  userId: UserId;
  position: number;
}

/** What a batch of events changes of a session's activity. What is left out stays as it is. */
export interface ActivityChange {
  doing?: string;
  addedNanoUsd: number;
  lastOutcome?: Outcome | null;
  /** Each person once, with the last time that they spoke. */
  spoke: Spoke[];
  /** The place in the batch of the newest event that is news. */
  newsPosition?: number;
}

/** Sums a batch up, so that one write can apply it without knowing what was there before. */
export function activityChange(events: readonly DecidedEvent[]): ActivityChange {
  const change: ActivityChange = { addedNanoUsd: 0, spoke: [] };
  for (const [index, { actor, event }] of events.entries()) {
    const position = index + 1;
    if (event.kind === 'turn.step_finished') change.addedNanoUsd += nanoUsd(event.costUsd);
    if (event.kind === 'prompt.started') change.lastOutcome = null;
    if (event.kind === 'prompt.finished') change.lastOutcome = event.outcome;
    if (actor.type === 'user' && SPEAKING.has(event.kind)) {
      const { userId, name, via } = actor;
      const others = change.spoke.filter((spoke) => spoke.userId !== userId);
      change.spoke = [...others, { userId, name, via, position }];
    }
    if (isNews(event)) change.newsPosition = position;
  }
  const doing = lastDoing(events);
  return doing === undefined ? change : { ...change, doing };
}

/** Looked for from the end, since to say what a step does its input has to be read. */
function lastDoing(events: readonly DecidedEvent[]): string | undefined {
  for (const { event } of events.toReversed()) {
    const doing = doingAfter(event);
    if (doing !== undefined) return doing;
  }
  return undefined;
}

/** Applies one event; what the columns of a session's row hold is this fold over its whole log. */
export function evolveActivity(activity: Activity, { seq, actor, event }: LoggedEvent): Activity {
  const { doing, addedNanoUsd, lastOutcome, spoke, newsPosition } = activityChange([{ actor, event }]);
  const said = spoke.map(({ userId, name, via }): [UserId, Speaker] => [userId, { name, via, seq }]);
  return {
    doing: doing ?? activity.doing,
    costNanoUsd: activity.costNanoUsd + addedNanoUsd,
    lastOutcome: lastOutcome === undefined ? activity.lastOutcome : lastOutcome,
    people: said.length > 0 ? { ...activity.people, ...Object.fromEntries<Speaker>(said) } : activity.people,
    newsSeq: newsPosition === undefined ? activity.newsSeq : seq,
  };
}

/** More than any turn can cost: what a sandbox claims beyond it must not overflow the column. */
const MAX_STEP_USD = 1_000_000;

function nanoUsd(usd: number): number {
  return Math.round(Math.min(usd, MAX_STEP_USD) * 1e9);
}

/** What makes somebody one of those who are in a session. */
const SPEAKING: ReadonlySet<EventKind> = new Set<EventKind>([
  'session.created',
  'prompt.queued',
  'steer.sent',
  'ask.answered',
]);

/** A turn is over, the agent asks, or there is no sandbox: somebody who looks away wants to know. */
function isNews(event: SessionEvent): boolean {
  if (event.kind === 'sandbox.phase') return event.phase === 'failed' || event.phase === 'lost';
  return event.kind === 'prompt.finished' || event.kind === 'ask.opened';
}

/** Somebody who spoke, by their id. */
export type SpeakerOf = Speaker & { userId: UserId };

/** Who spoke, the last one first. */
export function speakersOf(people: Activity['people']): SpeakerOf[] {
  return Object.entries(people)
    .map(([userId, speaker]) => ({ userId: UserId.parse(userId), ...speaker }))
    .sort((a, b) => b.seq - a.seq);
}

/**
 * Whether there is something in a session that somebody has not seen, who read it up to `readSeq`: news, or what
 * somebody else said.
 */
export function isUnread(
  { newsSeq, people }: { newsSeq: number; people: readonly Pick<SpeakerOf, 'userId' | 'seq'>[] },
  reader: { userId: UserId; readSeq: number },
): boolean {
  const said = people.filter(({ userId }) => userId !== reader.userId).map(({ seq }) => seq);
  return Math.max(newsSeq, ...said) > reader.readSeq;
}
