import { hasSandbox, isAgentReachable, isLeaving, isStarting, type SessionState } from './state';

/** A sandbox that was asked for must exist by then, and a new one must be ready by then. */
const REQUEST_SECONDS = 60;
const BOOT_SECONDS = 300;
/** A sandbox that was told to come to an end has done so by then; what is left then is taken as it is. */
export const QUIESCE_SECONDS = 60;
/** How often a provider is asked for a disk that it is still keeping. */
const KEEPING_SECONDS = 10;
/** A disk that is not kept by then is given up; after the shorter time when somebody waits for the next life. */
export const MAX_KEEPING_SECONDS = 900;
export const MAX_KEEPING_AWAITED_SECONDS = 60;

/** Before its provider ends a sandbox it is left at the end of a turn, and then whatever runs in it. */
export const ROLL_SECONDS = 900;
export const ROLL_URGENT_SECONDS = 300;

/** A bridge says something at least every 20 s; a silence of twice that is looked into. */
const SILENCE_SECONDS = 45;

/** A bridge that was not heard for this long is taken for dead, even if its sandbox runs. */
export const MAX_SILENCE_SECONDS = 90;
/** The same for one that was never heard: it may have to be fetched before it can speak. */
export const MAX_BOOT_SILENCE_SECONDS = 300;

/** A turn that runs longer than this is ended as failed. */
export const MAX_TURN_SECONDS = 3_600;

/** An ask that nobody answered for so long is rejected, so that the turn goes on. */
export const ASK_SECONDS = 1_800;

/**
 * How long the server waits, after a change that led to this state, before it looks at the session again by
 * itself; null when nothing is waited for.
 */
export function patienceSeconds(state: SessionState): number | null {
  const { phase } = state.sandbox;
  // Whether what is left of it is really gone is looked at once more.
  if (phase === 'failed' || phase === 'ended' || state.isArchived) return REQUEST_SECONDS;
  if (!hasSandbox(state)) return null;
  if (isStarting(state)) return REQUEST_SECONDS;
  if (isLeaving(state)) return phase === 'snapshotting' ? KEEPING_SECONDS : QUIESCE_SECONDS;
  return isAgentReachable(state) ? SILENCE_SECONDS : BOOT_SECONDS;
}
