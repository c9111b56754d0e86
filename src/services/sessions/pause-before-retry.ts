const FIRST_PAUSE_MS = 25;

/**
 * Lets those who lost a guarded write come back one after the other instead of all at once. `attempt` counts the
 * tries made; nobody waits before the first.
 */
export async function pauseBeforeRetry(attempt: number): Promise<void> {
  if (attempt === 0) return;
  const longestMs = FIRST_PAUSE_MS * 2 ** attempt;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs));
}
