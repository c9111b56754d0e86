import { hasSandbox, isAgentReachable, type SessionState } from './state';

/** A sandbox that was asked for must exist by then, and a new one must be ready by then. */
const REQUEST_SECONDS = 60;
const BOOT_SECONDS = 300;
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
  if (phase === 'failed' || phase === 'ended') return REQUEST_SECONDS;
  if (!hasSandbox(state)) return null;
  if (phase === 'requested' || phase === 'booting') return REQUEST_SECONDS;
  return isAgentReachable(state) ? SILENCE_SECONDS : BOOT_SECONDS;
}
