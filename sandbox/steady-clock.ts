/**
 * Milliseconds that only go forward, from some moment on: for everything that waits. The time of day may be set back by
 * an hour while a sandbox runs, and whoever waited by it would then wait that hour too.
 */
export function steadyMs(): number {
  return performance.now();
}
