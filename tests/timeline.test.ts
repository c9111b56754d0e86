import { randomUUID } from 'node:crypto';
import type { Browser, Locator, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDb } from '@/db/client';
import { CommandId, PromptId, SessionId } from '@/domain/ids';
import { seedLongLog } from '@/testing/seed-long-log';
import { launchBrowser, visitAs, type Visitor } from './support/browser';
import { startRunningStack, type Api, type RunningStack } from './support/running-stack';

const LONG = 10_000;
/** Where its last turn ended. What came of its sandbox after that belongs to a row at its beginning. */
const LAST_ROW = LONG - 1;
const STEP_PX = 240;
/** What a window of rows may hold at most, with those around it. */
const MAX_DRAWN = 80;

let stack: RunningStack;
let api: Api;
let browser: Browser;
let ada: Visitor;
/** A session of 10,000 events, asleep. */
let longId: SessionId;

beforeAll(async () => {
  stack = await startRunningStack();
  ({ api } = await stack.as('ada'));
  browser = await launchBrowser();
  ada = await visitAs(browser, stack.url, 'ada');
  await ada.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  longId = await seededSession(LONG);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
}, 60_000);

/** A session with so many events; the same ones each time, since they are drawn from its id. */
async function seededSession(total: number): Promise<SessionId> {
  const sessionId = SessionId.parse(`0190b5a0-0000-7000-8000-${String(total).padStart(12, '0')}`);
  await api.sessions.create.mutate({
    ...{ sessionId, commandId: CommandId.parse(randomUUID()) },
    repository: { address: `${stack.githubUrl}/acme/playground.git` },
  });
  const db = createDb({ url: stack.databaseUrl, maxConnections: 2 });
  try {
    await seedLongLog(db, { sessionId, total });
  } finally {
    await db.$disconnect();
  }
  return sessionId;
}

const prompt = (sessionId: SessionId, text: string) =>
  api.prompts.send.mutate({
    ...{ sessionId, text, commandId: CommandId.parse(randomUUID()) },
    promptId: PromptId.parse(randomUUID()),
  });

const timeline = (page: Page): Locator => page.getByRole('log', { name: 'Timeline' });
const live = (page: Page) => page.locator('[data-sync=live]').waitFor();
const row = (page: Page, seq: number): Locator => page.locator(`[data-seq="${seq}"]`);

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await live(page);
  // The server's drawing does not move yet.
  await expect.poll(() => belowPx(page)).toBeLessThan(2);
}

const seqsOn = (page: Page): Promise<number[]> =>
  page.locator('[data-seq]').evaluateAll((rows) => rows.map((each) => Number(each.getAttribute('data-seq'))));

const drawnOn = (page: Page): Promise<number> => page.locator('[data-index]').count();
const topPx = (page: Page): Promise<number> => timeline(page).evaluate(({ scrollTop }) => scrollTop);
const belowPx = (page: Page): Promise<number> =>
  timeline(page).evaluate(
    ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
  );

/** Where a row is seen, from the top of the window. */
async function placeOf(page: Page, seq: number): Promise<number> {
  const box = await row(page, seq).boundingBox();
  return box?.y ?? Number.NaN;
}

/** The first row that begins within what is seen of the timeline. */
async function firstSeen(page: Page): Promise<number> {
  const frame = await timeline(page).boundingBox();
  for (const seq of await seqsOn(page)) {
    if ((await placeOf(page, seq)) >= (frame?.y ?? 0)) return seq;
  }
  throw new Error('No row is seen.');
}

/** The first text in sight. It is the same element wherever the events before it put it. */
async function firstRead(page: Page) {
  const texts = await timeline(page).locator('[data-live], article, [data-outcome]').elementHandles();
  const frame = await timeline(page).boundingBox();
  for (const text of texts) {
    if ((await text.evaluate(topOf)) >= (frame?.y ?? 0)) return text;
  }
  throw new Error('No text is seen.');
}

const topOf = (element: Element): number =>
  element.isConnected ? element.getBoundingClientRect().top : Number.NaN;

/** Where an element is once it has not moved for some frames. */
const untilStill = (element: Element): Promise<number> =>
  new Promise((resolve) => {
    let place = Number.NaN;
    let frames = 0;
    const look = (): void => {
      const { top } = element.getBoundingClientRect();
      frames = top === place ? frames + 1 : 0;
      place = top;
      if (frames < 10) requestAnimationFrame(look);
      else resolve(element.isConnected ? top : Number.NaN);
    };
    look();
  });

describe('a session of ten thousand events', () => {
  it('opens at its end and draws only what is seen', async () => {
    const { page } = ada;
    await open(page, `/s/${longId}`);
    expect(await seqsOn(page)).toContain(LAST_ROW);
    expect(await drawnOn(page)).toBeLessThan(MAX_DRAWN);
  });

  it('shows what came before while one scrolls, without moving what is read', async () => {
    const { page } = ada;
    await open(page, `/s/${longId}`);
    for (let step = 0; step < 40; step += 1) {
      const read = await firstRead(page);
      const before = await read.evaluate(topOf);
      // By a script, since the glide of a wheel ends wherever something is put back in its place.
      await timeline(page).evaluate((scroller, px) => scroller.scrollBy(0, -px), STEP_PX);
      const after = await read.evaluate(untilStill);
      expect(Math.abs(after - before - STEP_PX)).toBeLessThan(3);
    }
    expect(Math.min(...(await seqsOn(page)))).toBeLessThan(LONG - 200);
    expect(await drawnOn(page)).toBeLessThan(MAX_DRAWN);
  });

  it('goes to its very beginning and back by a key, without all that lies between', async () => {
    const { page } = ada;
    await open(page, `/s/${longId}`);
    await timeline(page).focus();
    await page.keyboard.press('Home');
    await row(page, 1).waitFor();
    await expect.poll(() => topPx(page)).toBeLessThan(2);
    await page.keyboard.press('End');
    await row(page, LAST_ROW).waitFor();
    await expect.poll(() => belowPx(page)).toBeLessThan(2);
  });

  it('moves from turn to turn by key', async () => {
    const { page } = ada;
    await open(page, `/s/${longId}`);
    await page.locator('h1').click();
    const prompts = page.getByRole('article', { name: /^Prompt by/ });
    const frame = await timeline(page).boundingBox();
    const isOnTop = async () => {
      const tops = await prompts.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
      return tops.some((top) => Math.abs(top - (frame?.y ?? 0)) < 24);
    };
    const places: number[] = [];
    for (const key of ['[', '[', '[', ']']) {
      const before = await topPx(page);
      await page.keyboard.press(key);
      await expect.poll(() => topPx(page)).not.toBe(before);
      await expect.poll(isOnTop).toBe(true);
      places.push(await firstSeen(page));
    }
    expect(places[1]).toBeLessThan(places[0]!);
    expect(places[2]).toBeLessThan(places[1]!);
    expect(places[3]).toBe(places[1]);
  });
});

describe('a link to an event', () => {
  it('is copied from its row, and leads there in another tab, marked', async () => {
    const { page, context } = ada;
    await page.goto(`/s/${longId}#482`);
    const marked = page.locator('[aria-current=location]');
    await marked.waitFor();
    const seq = Number(await marked.getAttribute('data-seq'));
    expect(seq).toBeGreaterThan(470);
    expect(seq).toBeLessThanOrEqual(482);
    await expect.poll(() => marked.evaluate(isInWindow)).toBe(true);
    const other = (await seqsOn(page)).find((each) => each > seq)!;
    await row(page, other).hover();
    await row(page, other)
      .getByRole('button', { name: `Copy a link to event ${other}` })
      .click();
    await row(page, other).getByText('Link copied').waitFor();
    const address = await page.evaluate(() => navigator.clipboard.readText());
    expect(address).toBe(`${stack.url}/s/${longId}#${other}`);

    const tab = await context.newPage();
    await tab.goto(address);
    await tab.locator(`[aria-current=location][data-seq="${other}"]`).waitFor();
    await tab.close();
  });

  it('opens what is folded around it', async () => {
    const { page } = ada;
    await open(page, `/s/${longId}`);
    const { events } = await api.events.after.query({ sessionId: longId, after: 0, limit: 1_000 });
    const child = events.find(({ event }) => event.kind === 'part.started' && event.parentPartId !== null)!;
    await page.goto('/');
    await page.goto(`/s/${longId}#${child.seq}`);
    const marked = page.locator('[aria-current=location]');
    const step = marked.getByRole('button', { name: /^Asked a sub-agent/ });
    await step.waitFor();
    expect(await step.getAttribute('aria-expanded')).toBe('true');
    await marked.getByRole('button', { name: /^Read/ }).first().waitFor();
  });
});

/** Where the log ends once nothing runs or waits any more. */
async function headAtRest(sessionId: SessionId): Promise<number> {
  for (;;) {
    const { session, head } = await api.sessions.get.query({ sessionId });
    if (session.state.running === null && session.state.queue.length === 0) return head;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const isInWindow = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
};

describe('a session that goes on', () => {
  it('is followed by whoever is at its end, and moves nobody who is not', async () => {
    const { page } = ada;
    const sessionId = await seededSession(400);
    await open(page, `/s/${sessionId}`);
    await prompt(sessionId, 'run `echo one && exit 3`; then create notes/two.md with: hello');
    const end = await headAtRest(sessionId);
    expect(end).toBeGreaterThan(400);
    // What comes later would be new below.
    await page.locator('header').getByText(`#${end}`, { exact: true }).waitFor();
    await expect.poll(() => belowPx(page)).toBeLessThan(2);
    // What failed is open by itself, with what came out of it.
    await page.getByRole('button', { name: /failed/, expanded: true }).waitFor();

    await page.mouse.move(400, 300);
    await page.mouse.wheel(0, -900);
    await page.getByRole('button', { name: '↓ To the end' }).waitFor();
    const seq = await firstSeen(page);
    const place = await placeOf(page, seq);
    await prompt(sessionId, 'create notes/three.md with: hello again');
    const button = page.getByRole('button', { name: '↓ New below' });
    await button.waitFor();
    expect(Math.abs((await placeOf(page, seq)) - place)).toBeLessThan(2);
    await button.click();
    await expect.poll(() => belowPx(page)).toBeLessThan(2);
    await page.getByText('create notes/three.md with: hello again').waitFor();
  });
});

describe('the panels', () => {
  it('are shown by their keys, resized by the arrow keys, and are as they were after a reload', async () => {
    const { page } = ada;
    await open(page, `/s/${longId}`);
    await page.locator('h1').click();
    await page.keyboard.press('b');
    const sandbox = page.getByRole('complementary', { name: 'Sandbox' });
    // Of the whole log, of which this tab has only the end.
    await sandbox.getByText('Cloning the repository').waitFor();
    await sandbox.getByText('Setup log').waitFor();
    await page.keyboard.press('o');
    await page
      .getByRole('complementary', { name: 'Todo' })
      .getByText(/\d of 4 done/)
      .waitFor();

    const line = page.getByRole('separator', { name: 'Width of the side panel' });
    const width = Number(await line.getAttribute('aria-valuenow'));
    await line.focus();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowLeft');
    expect(Number(await line.getAttribute('aria-valuenow'))).toBe(width + 10);
    await page.reload();
    await page.getByRole('complementary', { name: 'Todo' }).waitFor();
    await expect.poll(() => line.getAttribute('aria-valuenow')).toBe(String(width + 10));
    const handle = (await line.boundingBox())!;
    await page.mouse.move(handle.x + handle.width / 2, 300);
    await page.mouse.down();
    await page.mouse.move(handle.x - 60, 300, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(async () => Number(await line.getAttribute('aria-valuenow')))
      .toBeGreaterThan(width + 10);
    await page.keyboard.press('o');
    await page.getByRole('complementary', { name: 'Todo' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('d');
    await page.getByRole('complementary', { name: 'Diff' }).waitFor();
  });

  it('are tabs under the title on a phone, with the composer in reach', async () => {
    const { page } = ada;
    await page.setViewportSize({ width: 390, height: 844 });
    try {
      await open(page, `/s/${longId}`);
      const box = (await page.getByRole('textbox').boundingBox())!;
      expect(box.y + box.height).toBeLessThan(844);
      await page.getByRole('tab', { name: 'Sandbox' }).click();
      await page.getByText('Cloning the repository').waitFor();
      expect(await timeline(page).isVisible()).toBe(false);
      expect(await page.getByRole('textbox').isVisible()).toBe(true);
      await page.getByRole('tab', { name: 'Timeline' }).click();
      await timeline(page).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    } finally {
      await page.setViewportSize({ width: 1_280, height: 800 });
    }
  });
});

describe('a network that goes away', () => {
  it('leaves what is here readable, says what is not, and gets it when asked again', async () => {
    const { page, context } = ada;
    await open(page, `/s/${longId}`);
    await context.setOffline(true);
    await timeline(page).focus();
    await page.keyboard.press('Home');
    await page.getByText(/could not be read. They are kept./).waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(page, 1).waitFor();
  });
});

describe('every page so far', () => {
  it('asked no other host, threw nothing, and met no limit of its security policy', () => {
    expect([...ada.trespasses.hosts]).toEqual([]);
    expect(ada.trespasses.errors).toEqual([]);
  });
});
