import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';
import { PlayedTurn } from '../../scripts/shots/stage/played-turn';
import { rounded } from '../lib/statistics';
import { freshPage, openEmptyPage, untilLive, type WebBenchSetting } from './setting';
import { type Tasks, watchTasks } from './task-probe';
import { Writer } from './writer';

const DELTAS_PER_SECOND = 100;
/** Before and after the session, so that a slow machine is slow for both. */
const EMPTY_SHARE = 1 / 4;

interface Heap {
  usedMb: number;
  nodes: number;
}

interface DeltaFigures {
  /** The session's longest task, and the longest of the empty page before and after. */
  longestTaskMs: number;
  emptyLongestMs: number;
  /** The heap at the end beside the one in the middle, collected. */
  heapGrowth: number;
  seconds: number;
  deltasPerSecond: number;
  messagesPerSecond: number;
  /** Characters that were sent, and that the page shows in the end. */
  sentCharacters: number;
  isAllShown: boolean;
  empty: Tasks[];
  session: Tasks;
  heap: { start: Heap; middle: Heap; end: Heap };
}

/**
 * A text is written into a session of 10,000 events, a hundred times a second, by the door that bridges use; the page
 * that shows it, and an empty one before and after, are watched for long tasks.
 */
export async function measureDeltas(setting: WebBenchSetting, seconds: number): Promise<DeltaFigures> {
  await setting.long.prompt('Write a long report.', setting.cast.people.ada);
  await setting.long.start();
  const turn = await PlayedTurn.of(setting.long);
  const writer = await Writer.begin(setting.long, turn);
  const writing = (length: number) => writer.write({ seconds: length, perSecond: DELTAS_PER_SECOND });

  const empty = [await watchEmptyPage(setting, () => writing(seconds * EMPTY_SHARE))];
  const { context, page } = await freshPage(setting);
  const debug = await context.newCDPSession(page);
  await page.goto(setting.long.path);
  await untilLive(page);
  const start = await heapOf(debug, page);
  const before = { deltas: writer.deltas, messages: writer.messages, at: performance.now() };
  const session = await watchTasks(page, async () => {
    await writing(seconds / 2);
  });
  const middle = await heapOf(debug, page);
  const second = await watchTasks(page, async () => {
    await writing(seconds / 2);
  });
  const tookSeconds = (performance.now() - before.at) / 1_000;
  const perSecond = (sent: 'deltas' | 'messages') => rounded((writer[sent] - before[sent]) / tookSeconds);
  const rates = { deltasPerSecond: perSecond('deltas'), messagesPerSecond: perSecond('messages') };
  const end = await heapOf(debug, page);
  const isAllShown = await shows(page, writer.end);
  await context.close();
  empty.push(await watchEmptyPage(setting, () => writing(seconds * EMPTY_SHARE)));
  await turn.finish('completed');
  const both = joined(session, second);
  return {
    longestTaskMs: both.longestMs,
    emptyLongestMs: Math.max(...empty.map(({ longestMs }) => longestMs)),
    heapGrowth: rounded(end.usedMb / middle.usedMb),
    seconds,
    ...rates,
    sentCharacters: writer.length,
    isAllShown,
    empty,
    session: both,
    heap: { start, middle, end },
  };
}

function joined(first: Tasks, second: Tasks): Tasks {
  return {
    longestMs: Math.max(first.longestMs, second.longestMs),
    p99Ms: Math.max(first.p99Ms, second.p99Ms),
    over50: first.over50 + second.over50,
    counted: first.counted + second.counted,
  };
}

/** The server has the same to do meanwhile; nobody looks at what comes of it. */
async function watchEmptyPage(setting: WebBenchSetting, work: () => Promise<void>): Promise<Tasks> {
  const { context, page } = await freshPage(setting);
  await openEmptyPage(page);
  const tasks = await watchTasks(page, work);
  await context.close();
  return tasks;
}

async function heapOf(debug: CDPSession, page: Page): Promise<Heap> {
  await debug.send('HeapProfiler.enable');
  for (let times = 0; times < 2; times += 1) await debug.send('HeapProfiler.collectGarbage');
  const { usedSize } = await debug.send('Runtime.getHeapUsage');
  await debug.send('HeapProfiler.disable');
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  return { usedMb: rounded(usedSize / 1_048_576), nodes };
}

/** Whether the end of the text is on the page, within the seconds that a lost message takes to be mended. */
async function shows(page: Page, text: string): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await page.locator('[role=log]').innerText()).includes(text)) return true;
    await delay(250);
  }
  return false;
}
