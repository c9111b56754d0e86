// What the web app costs a browser: JavaScript to load, a long session to open and to scroll, text that keeps coming.
// Promises: at most 250 kB of compressed JavaScript for the session screen; 10,000 events open at most 1.5 times as
// slowly as 100; while 100 deltas a second come, no task is longer than six of an empty page's, and memory is flat.
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../scripts/shots/stage/launch-browser';
import { newCast } from '../../scripts/shots/stage/cast';
import { openStage } from '../../scripts/shots/stage/open-stage';
import { longSession } from '../../scripts/shots/stories/long';
import { atMost, type Bench, type BenchContext, type BenchResult, type Target } from '../lib/bench';
import { measureDeltas } from './deltas';
import { measureFirstLoad } from './first-load';
import { measureOpening } from './opening';
import { measureScrolling } from './scrolling';
import type { WebBenchSetting } from './setting';

const LONG_EVENTS = 10_000;
const SHORT_EVENTS = 100;

const MAX_FIRST_LOAD_KB = 250;
const MAX_OPENING_RATIO = 1.5;
const MAX_TASK_RATIO = 6;
/** What browsers call a long task: anything shorter is none. */
const LONG_TASK_MS = 50;
/** Of the heap in the middle of the minute, when all that is loaded once is there. */
const MAX_HEAP_GROWTH = 1.1;

interface WebBenchOptions {
  seconds: number;
  pairs: number;
  only: string[];
  data: string | null;
}

const PARTS = ['first-load', 'opening', 'scrolling', 'deltas'] as const;

function readOptions(args: readonly string[]): WebBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      pairs: { type: 'string', default: '7' },
      only: { type: 'string', multiple: true, default: [...PARTS] },
      data: { type: 'string' },
    },
  });
  const { seconds, pairs, only, data = null } = values;
  return { seconds: Number(seconds), pairs: Number(pairs), only, data };
}

export const webBench: Bench = {
  run: async ({ args, say }) => {
    const options = readOptions(args);
    const stage = await openStage({ dataFolder: options.data, app: 'built', say });
    const browser = await launchBrowser(['--js-flags=--expose-gc', '--enable-precise-memory-info']);
    try {
      const cast = await newCast(stage);
      say('bench: making sessions of 100 and of 10,000 events');
      const short = await longSession({ stage, cast }, SHORT_EVENTS);
      const long = await longSession({ stage, cast }, LONG_EVENTS);
      return await measure({ stage, browser, cast, short, long }, options, say);
    } finally {
      await browser.close();
      await stage.close();
    }
  },
};

async function measure(
  setting: WebBenchSetting,
  { only, pairs, seconds }: WebBenchOptions,
  say: BenchContext['say'],
): Promise<BenchResult> {
  const targets: Target[] = [];
  const figures: Record<string, unknown> = {};
  const doing = (part: (typeof PARTS)[number]): boolean => {
    const isAsked = only.includes(part);
    if (isAsked) say(`bench: ${part}`);
    return isAsked;
  };
  if (doing('first-load')) {
    const firstLoad = await measureFirstLoad(setting);
    figures['firstLoad'] = firstLoad;
    // What a panel or a long text asks for by itself comes after, and is in the figures.
    const { inPageKb: value } = firstLoad;
    targets.push(atMost('first-load JavaScript', { value, limit: MAX_FIRST_LOAD_KB, unit: 'kB' }));
  }
  if (doing('opening')) {
    const opening = await measureOpening(setting, pairs);
    figures['opening'] = opening;
    const { ratio: value } = opening;
    targets.push(
      atMost('10,000 events opened beside 100', { value, limit: MAX_OPENING_RATIO, unit: 'times' }),
    );
  }
  if (doing('scrolling')) figures['scrolling'] = await measureScrolling(setting);
  if (doing('deltas')) {
    const deltas = await measureDeltas(setting, seconds);
    figures['deltas'] = deltas;
    const { longestTaskMs: value, emptyLongestMs, heapGrowth } = deltas;
    const limit = Math.max(LONG_TASK_MS, MAX_TASK_RATIO * emptyLongestMs);
    targets.push(
      atMost('longest task, beside six of an empty page’s', { value, limit, unit: 'ms' }),
      atMost('heap, end beside middle', { value: heapGrowth, limit: MAX_HEAP_GROWTH, unit: 'times' }),
    );
  }
  return { bench: 'web', figures, targets };
}
