import type { Scheduler } from '@/domain/sync/scheduler';

/** The machine's own clock and chance. */
export const systemScheduler: Scheduler = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
