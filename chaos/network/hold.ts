import { type Answer, BrokenConnectionError, type Passing } from './exchange';
import type { HttpProxy } from './http-proxy';

/** Where a request is stopped: before the server has it, or when it was handled and nobody was told. */
export type Point = 'before' | 'after';

/** A request that stands still. It stays there until `go` or `drop`. */
export interface Held {
  passing: Passing;
  /** Lets it on. */
  go(): void;
  /** Breaks the connection: at `before` the server never hears of it, at `after` the client never of the answer. */
  drop(): void;
}

/** Holds the first request that fits at a point, and none after it; resolves when it is there. */
export function hold(proxy: HttpProxy, point: Point, fits: (passing: Passing) => boolean): Promise<Held> {
  return new Promise((reached) => {
    const remove = proxy.intercept(async (passing, next) => {
      if (!fits(passing)) return next(passing);
      remove();
      const answer = point === 'after' ? await next(passing) : undefined;
      await new Promise<void>((go, reject) => {
        reached({ passing, go, drop: () => reject(new BrokenConnectionError('dropped')) });
      });
      return answer ?? next(passing);
    });
  });
}

/** Holds the answer of the first exchange whose request and answer fit. */
export function holdAnswer(
  proxy: HttpProxy,
  fits: (passing: Passing, answer: Answer) => boolean,
): Promise<Held> {
  return new Promise((reached) => {
    const remove = proxy.intercept(async (passing, next) => {
      const answer = await next(passing);
      if (!fits(passing, answer)) return answer;
      remove();
      await new Promise<void>((go, reject) => {
        reached({ passing, go, drop: () => reject(new BrokenConnectionError('dropped')) });
      });
      return answer;
    });
  });
}
