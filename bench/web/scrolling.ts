import type { Page } from '@playwright/test';
import { quantile, rounded } from '../lib/statistics';
import { freshPage, openEmptyPage, untilLive, type WebBenchSetting } from './setting';

interface Frames {
  frames: number;
  /** Between one frame and the next, in milliseconds. */
  p50Ms: number;
  p95Ms: number;
  longestMs: number;
  /** Frames that came after more than 50 ms. */
  long: number;
  /** How far it was scrolled, in pixels. */
  scrolledPx: number;
}

const WHEELS = 240;
const WHEEL_PX = 600;
const ROUNDS = 3;

/** Turns the wheel through a session of 10,000 events and through an empty page, in turn. */
export async function measureScrolling(setting: WebBenchSetting): Promise<{
  p95Ratio: number;
  longestRatio: number;
  empty: Frames[];
  long: Frames[];
}> {
  const empty: Frames[] = [];
  const long: Frames[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    empty.push(await scroll(setting, openEmptyPage, 1));
    long.push(
      await scroll(
        setting,
        async (page) => {
          await page.goto(setting.long.path);
          await untilLive(page);
        },
        -1,
      ),
    );
  }
  const worst = (of: (frames: Frames) => number) =>
    rounded(Math.max(...long.map(of)) / Math.max(...empty.map(of)));
  return {
    p95Ratio: worst(({ p95Ms }) => p95Ms),
    longestRatio: worst(({ longestMs }) => longestMs),
    empty,
    long,
  };
}

const WATCH_FRAMES = `
  (() => {
    const gaps = [];
    let last = performance.now();
    let isOn = true;
    const frame = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      if (isOn) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    window.endFrames = () => { isOn = false; return gaps; };
  })();
`;

/** How far the wheel can still go down, in whatever scrolls. */
const positionOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    let below = 0;
    let element: Element | null = document.querySelector('[role=log]') ?? document.documentElement;
    for (; element; element = element.parentElement) {
      below += element.scrollHeight - element.clientHeight - element.scrollTop;
    }
    return below;
  });

async function scroll(
  setting: WebBenchSetting,
  open: (page: Page) => Promise<void>,
  direction: 1 | -1,
): Promise<Frames> {
  const { context, page } = await freshPage(setting);
  await open(page);
  await page.mouse.move(400, 450);
  const before = await positionOf(page);
  await page.evaluate(WATCH_FRAMES);
  for (let wheel = 0; wheel < WHEELS; wheel += 1) await page.mouse.wheel(0, direction * WHEEL_PX);
  // The line above has put it there.
  const gaps = await page.evaluate(() => (window as unknown as { endFrames: () => number[] }).endFrames());
  const scrolledPx = Math.abs((await positionOf(page)) - before);
  await context.close();
  return {
    frames: gaps.length,
    p50Ms: rounded(quantile(gaps, 0.5)),
    p95Ms: rounded(quantile(gaps, 0.95)),
    longestMs: rounded(Math.max(...gaps)),
    long: gaps.filter((gap) => gap > 50).length,
    scrolledPx,
  };
}
