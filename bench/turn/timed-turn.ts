/** How one turn went, from the call that began it. */
export interface TimedTurn {
  /** Until whoever watches could read the first word. */
  firstTextMs: number;
  /** Until whoever watches knew that it is over. */
  wholeMs: number;
  /** Of the answer as the watcher has it in the end. */
  characters: number;
}

/** One place in which turns can be run, one after the other, in a session that is warm. */
export interface TurnRunner {
  run(): Promise<TimedTurn>;
  close(): Promise<void>;
}

/** A promise with its keys. */
export function latch(): { promise: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}
