/** Deaths within the window after which a supervisor gives up. */
const MAX_DEATHS = 5;
export const DEATH_WINDOW_MS = 5 * 60_000;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** Deaths so far, as times in milliseconds; those outside the window are forgotten. */
export type Deaths = readonly number[];

/** Counts one more death: how long to wait before a restart, or `null` when there were too many. */
export function afterDeath(deaths: Deaths, nowMs: number): { deaths: Deaths; delayMs: number | null } {
  const recent = [...deaths.filter((at) => at > nowMs - DEATH_WINDOW_MS), nowMs];
  if (recent.length >= MAX_DEATHS) return { deaths: recent, delayMs: null };
  return { deaths: recent, delayMs: Math.min(FIRST_DELAY_MS * 2 ** (recent.length - 1), LONGEST_DELAY_MS) };
}
