import {
  ASK_SECONDS,
  MAX_BOOT_SILENCE_SECONDS,
  MAX_KEEPING_AWAITED_SECONDS,
  MAX_KEEPING_SECONDS,
  MAX_SILENCE_SECONDS,
  MAX_TURN_SECONDS,
  QUIESCE_SECONDS,
  ROLL_SECONDS,
  ROLL_URGENT_SECONDS,
} from './patience';
import { hasSandbox, isAgentReachable, isLeaving, isStarting, openAsks, type SessionState } from './state';

/** What can be seen of a session's sandbox from outside, all times in seconds by the database's clock. */
export interface LifeFacts {
  /** `none` was created, as far as is written down; `unasked`: its provider did not answer, which proves nothing. */
  provider: 'none' | 'running' | 'exited' | 'unknown' | 'unasked';
  /** Since its bridge was heard; for one that never was, since its newest phase. */
  silent: number;
  wasHeard: boolean;
  /** Since its newest phase began. */
  inPhase: number;
  /** Since anything happened in the session, or somebody typed for it. */
  idle: number;
  /** Until its provider ends it; null for never. */
  left: number | null;
  /** Since the running turn began; null while none runs. */
  turn: number | null;
  /** Since the oldest open ask was opened; null for none. */
  ask: number | null;
}

/** What has to be done about a session next. */
export type LifeStep =
  /** Nothing, until the next look. */
  | 'rest'
  /** Create what was requested. */
  | 'start'
  /** End what may be left of a sandbox that nobody wants. */
  | 'end'
  | 'declare_lost'
  | 'expire_ask'
  | 'end_turn'
  | 'sleep'
  /** Leave a sandbox that its provider will end, at the end of a turn or whatever runs in it. */
  | 'roll'
  | 'roll_urgently'
  /** Its bridge does not come to an end: go on without. */
  | 'force_quiesce'
  /** Take its disk; without one when the provider does not come up with it. */
  | 'keep'
  | 'give_up_disk';

/**
 * Decides what is due, from the state and what is seen of the sandbox. Pure; asked again after every step, by whoever
 * looks, so a step that is cut off is simply due again. `sleepAfter`: idle seconds after which a sandbox is put to sleep.
 */
export function lifeStep(state: SessionState, facts: LifeFacts, rules: { sleepAfter: number }): LifeStep {
  if (!hasSandbox(state)) return 'end';
  if (isLeaving(state)) return leavingStep(state, facts);
  if (facts.provider === 'none' && isStarting(state)) return 'start';
  if (isLost(facts)) return 'declare_lost';
  return overdueStep(state, facts) ?? (isAgentReachable(state) ? restingStep(state, facts, rules) : 'rest');
}

function leavingStep({ sandbox: { phase }, queue, running }: SessionState, facts: LifeFacts): LifeStep {
  if (phase === 'snapshotting') {
    const isAwaited = running !== null || queue.length > 0;
    const most = isAwaited ? MAX_KEEPING_AWAITED_SECONDS : MAX_KEEPING_SECONDS;
    return facts.inPhase > most ? 'give_up_disk' : 'keep';
  }
  const isGone = facts.provider === 'exited' || facts.provider === 'unknown' || facts.provider === 'none';
  return isGone || facts.inPhase > QUIESCE_SECONDS ? 'force_quiesce' : 'rest';
}

function isLost({ provider, silent, wasHeard }: LifeFacts): boolean {
  if (provider === 'unasked') return false;
  return provider !== 'running' || silent > (wasHeard ? MAX_SILENCE_SECONDS : MAX_BOOT_SILENCE_SECONDS);
}

function overdueStep(state: SessionState, { ask, turn }: LifeFacts): LifeStep | null {
  if (ask !== null && ask >= ASK_SECONDS) return 'expire_ask';
  // Waiting for people is not the agent's time.
  if (openAsks(state).length > 0 || !isAgentReachable(state)) return null;
  return turn !== null && turn >= MAX_TURN_SECONDS ? 'end_turn' : null;
}

function restingStep(
  { running, queue }: SessionState,
  { left, idle }: LifeFacts,
  { sleepAfter }: { sleepAfter: number },
): LifeStep {
  const isBusy = running !== null || queue.length > 0;
  if (left !== null && left <= ROLL_URGENT_SECONDS) return 'roll_urgently';
  if (left !== null && left <= ROLL_SECONDS && !isBusy) return 'roll';
  return !isBusy && idle >= sleepAfter ? 'sleep' : 'rest';
}
