/** The server did not answer, or not as Dispatch does: nothing is known about the request. */
export class UnreachableError extends Error {
  constructor(server: string, cause: unknown) {
    super(`${server} can't be reached (${deepest(cause)}).`, { cause });
    this.name = 'UnreachableError';
  }
}

/** fetch says "fetch failed" and keeps what happened in its cause. */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? deepest(error.cause) : error.message || error.name;
}
