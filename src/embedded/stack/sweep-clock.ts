import { setTimeout as delay } from 'node:timers/promises';

/** Production sweeps each minute; on one machine it costs nothing to look more often. */
const EVERY_MS = 15_000;
const TIMEOUT_MS = 60_000;

export interface SweepClock {
  /** Has one session looked at now. Rejects when the app does not answer: ask again. */
  check(sessionId: string): Promise<void>;
  stop(): void;
}

/** Calls the sweep as production's scheduler does. */
export function startSweepClock(appUrl: string, secret: string): SweepClock {
  const stopping = new AbortController();
  const call = async (body: object): Promise<void> => {
    const response = await fetch(`${appUrl}/api/cron/sweep`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify(body),
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new Error(`the sweep answered ${response.status}`);
  };
  const tick = async (): Promise<void> => {
    for (;;) {
      await delay(EVERY_MS, undefined, { signal: stopping.signal });
      // The app may be restarting; the next tick finds the same rows overdue.
      await call({}).catch(() => undefined);
    }
  };
  void tick().catch(() => undefined); // ends by `stop` alone, which aborts the delay
  return { check: (sessionId) => call({ sessionId }), stop: () => stopping.abort() };
}
