/** Time and chance, handed in, so that the same class runs in a browser, in a terminal and in a simulation. */
export interface Scheduler {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Runs once, after `delayMs`; calling the answer prevents it. */
  after(delayMs: number, run: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}
