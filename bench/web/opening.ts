import { median, quantile, rounded } from '../lib/statistics';
import type { PlayedSession } from '../../scripts/shots/stage/played-session';
import { freshPage, untilLive, type WebBenchSetting } from './setting';

interface Opened {
  /** From the navigation to the frame in which the end of the timeline is in the window. */
  lastItemMs: number;
  /** … to the frame after the screen said that it follows the log. */
  liveMs: number;
}

interface Summary {
  lastItemMs: { median: number; p90: number };
  liveMs: { median: number; p90: number };
}

/** Opens the long and the short session in turn, each in a profile with nothing in it. */
export async function measureOpening(
  setting: WebBenchSetting,
  pairs: number,
): Promise<{ ratio: number; pairs: number; short: Summary; long: Summary }> {
  const opened: Record<'short' | 'long', Opened[]> = { short: [], long: [] };
  // The first of each is for the server to warm up.
  for (let pair = 0; pair <= pairs; pair += 1) {
    const order = pair % 2 === 0 ? (['short', 'long'] as const) : (['long', 'short'] as const);
    for (const which of order) {
      const once = await open(setting, setting[which]);
      if (pair > 0) opened[which].push(once);
    }
  }
  const [short, long] = [summary(opened.short), summary(opened.long)];
  const ratio = rounded(long.lastItemMs.median / short.lastItemMs.median);
  return { ratio, pairs, short, long };
}

function summary(all: readonly Opened[]): Summary {
  const of = (pick: (opened: Opened) => number) => {
    const values = all.map(pick);
    return { median: rounded(median(values)), p90: rounded(quantile(values, 0.9)) };
  };
  return { lastItemMs: of(({ lastItemMs }) => lastItemMs), liveMs: of(({ liveMs }) => liveMs) };
}

/** Looks at each frame; `performance.now()` counts from the navigation. */
const WATCH_FRAMES = `
  window.seen = {};
  const look = () => {
    const ends = document.querySelectorAll('[data-outcome]');
    const box = ends[ends.length - 1]?.getBoundingClientRect();
    const isThere = box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
    if (isThere) window.seen.lastItemMs ??= performance.now();
    else delete window.seen.lastItemMs;
    if (document.querySelector('[data-sync=live]')) window.seen.liveMs ??= performance.now();
    if (!isThere || window.seen.liveMs === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

async function open(setting: WebBenchSetting, session: PlayedSession): Promise<Opened> {
  const { context, page } = await freshPage(setting);
  await page.addInitScript(WATCH_FRAMES);
  await page.goto(session.path, { waitUntil: 'commit' });
  await untilLive(page);
  const seen = await page.waitForFunction(() => {
    // The script above has put it there.
    const { seen: found } = window as unknown as { seen: Partial<Opened> };
    return found.lastItemMs !== undefined && found.liveMs !== undefined ? (found as Opened) : null;
  });
  const opened = await seen.jsonValue();
  await context.close();
  if (!opened) throw new Error('The end of the timeline was never in the window.');
  return opened;
}
