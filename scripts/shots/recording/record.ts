import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import { THEMES } from '../looks';
import { newCast, type RoleName, signedInCookie } from '../stage/cast';
import type { Stage } from '../stage/open-stage';
import { Film } from './film';

const WINDOW = { width: 600, height: 640 };
const PROMPT = 'rename greet to welcome; then run the tests';
const SECOND = 'create notes/welcome.md with: greet is called welcome now';
const TYPE_MS = 35;
const TURN_MS = 120_000;

/** Two people in one session, side by side: one asks, both read it live, the other queues, both see the change. */
export async function recordTwoPeople({
  stage,
  browser,
}: {
  stage: Stage;
  browser: Browser;
}): Promise<Buffer> {
  const cast = await newCast(stage);
  const open = async (role: RoleName): Promise<Page> => {
    const context = await browser.newContext({ baseURL: stage.url, viewport: WINDOW, ...THEMES.dark });
    await context.addCookies([await signedInCookie(stage, cast.people[role])]);
    const page = await context.newPage();
    page.setDefaultTimeout(TURN_MS);
    await page.goto('/');
    await page.waitForLoadState('networkidle');
    return page;
  };
  const [ada, ben] = [await open('ada'), await open('ben')];
  const film = await Film.of(browser, [ada, ben]);
  await ada.keyboard.press('c');
  await ada.keyboard.type(PROMPT, { delay: TYPE_MS });
  await ada.keyboard.press('Enter');
  await ada.waitForURL(/\/s\//);
  await ben.getByRole('link', { name: PROMPT }).click();
  await ben.waitForURL(/\/s\//);
  await ben.locator('[data-live=true]').first().waitFor();
  await ben.keyboard.press('w');
  await ben.keyboard.type(SECOND, { delay: TYPE_MS });
  await ben.keyboard.press('Enter');
  for (const page of [ada, ben]) await page.locator('[data-outcome=completed]').nth(1).waitFor();
  await ben.keyboard.press('Escape');
  await ben.keyboard.press('d');
  await delay(1_500);
  return film.cut();
}
