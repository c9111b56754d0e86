import type { Page } from '@playwright/test';
import { untilTakenOver } from '../../scripts/shots/stage/until-taken-over';

/** A page that React has taken over. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.waitForLoadState('networkidle');
  await untilTakenOver(page);
}

// By their element: a dialog that is closed and still in the page has no role any more, and takes one more key.
export const palette = (page: Page) => page.locator('dialog[aria-label="Search and commands"]');
export const sheet = (page: Page) => page.locator('dialog[aria-label="Keys"]');
export const search = (page: Page) => palette(page).getByRole('combobox');
/** The name of what has the focus, or its element’s. */
export const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName);

/** Runs the first command that these words find. */
export async function choose(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await search(page).fill(words);
  await page.keyboard.press('Enter');
  await palette(page).waitFor({ state: 'detached' });
}

/** The picture of the tab. */
export const icon = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');
