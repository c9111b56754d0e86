import type { Page } from '@playwright/test';
import { quantile, rounded } from '../lib/statistics';

/** How long a page's thread was busy at one stretch, in milliseconds. */
export interface Tasks {
  longestMs: number;
  p99Ms: number;
  /** Stretches of over 50 ms, which somebody who types would notice. */
  over50: number;
  counted: number;
}

/** The shortest that browsers let a timer be that was set by a timer. */
const TIMER_MS = 4;

/**
 * A timer that sets itself again as soon as it was called: what it was late by is a task that ran before it. It costs
 * every page the same.
 */
const PROBE = `
  (() => {
    const late = [];
    let isOn = true;
    let due = performance.now() + ${TIMER_MS};
    const called = () => {
      late.push(Math.max(0, performance.now() - due));
      due = performance.now() + ${TIMER_MS};
      if (isOn) setTimeout(called, ${TIMER_MS});
    };
    setTimeout(called, ${TIMER_MS});
    window.endProbe = () => { isOn = false; return late; };
  })();
`;

/** Watches the page's thread while `work` goes on. */
export async function watchTasks(page: Page, work: () => Promise<void>): Promise<Tasks> {
  await page.evaluate(PROBE);
  await work();
  // The line above has put it there.
  const late = await page.evaluate(() => (window as unknown as { endProbe: () => number[] }).endProbe());
  return {
    longestMs: rounded(Math.max(...late)),
    p99Ms: rounded(quantile(late, 0.99)),
    over50: late.filter((ms) => ms > 50).length,
    counted: late.length,
  };
}
