/** While a turn runs or a prompt waits, a silence of this long is doubted. */
const ACTIVE_MS = 15_000;
const IDLE_MS = 60_000;
const IDLE_FACTOR = 1.5;
const MAX_IDLE_MS = 5 * 60_000;
/** Without a live connection asking is all there is. */
const POLL_ACTIVE_MS = 2_500;
const POLL_IDLE_MS = 10_000;

export interface WatchdogFacts {
  /** A turn runs or a prompt waits. */
  isActive: boolean;
  isSubscribed: boolean;
  isVisible: boolean;
  /** How many lists in a row found nothing new while idle. */
  idleRounds: number;
}

/**
 * How long after the last proof of being complete a client asks again; null for not at all. Without it the loss of
 * a log's last message would never be noticed.
 */
export function watchdogDelayMs({
  isActive,
  isSubscribed,
  isVisible,
  idleRounds,
}: WatchdogFacts): number | null {
  if (!isVisible) return null;
  if (!isSubscribed) return isActive ? POLL_ACTIVE_MS : POLL_IDLE_MS;
  return isActive ? ACTIVE_MS : Math.min(IDLE_MS * IDLE_FACTOR ** idleRounds, MAX_IDLE_MS);
}
