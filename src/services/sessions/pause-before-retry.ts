/**
 * How often a guarded write is tried. A try fails only when somebody else's write came first, so this many may
 * write to one session in one moment and each gets through.
 */
export const MAX_TRIES = 20;

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 200;

/**
 * Lets those who lost a guarded write come back one after the other instead of all at once. `attempt` counts the
 * tries made; nobody waits before the first.
 */
export async function pauseBeforeRetry(attempt: number): Promise<void> {
  if (attempt === 0) return;
  const longestMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs));
}
