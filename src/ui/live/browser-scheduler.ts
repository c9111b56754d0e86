import type { Scheduler } from '@/domain/sync/scheduler';

/** The browser's own clock and chance. */
export const browserScheduler: Scheduler = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
