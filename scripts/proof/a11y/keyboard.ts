import type { Locator, Page } from '@playwright/test';
import { readFocus } from './focus-mark';

const MAX_TABS = 60;

/** Goes to an element with the Tab key, from wherever the focus is. Throws when it is not on the way. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${String(target)}.`);
}

/** Whether the element is there and has the focus, now: it may be gone in the next moment. */
async function isFocused(target: Locator): Promise<boolean> {
  return target.evaluateAll(([first]) => first !== undefined && first === document.activeElement);
}

/** What is not right about the focus, in words; null when one sees where one is. */
export async function focusFault(page: Page): Promise<string | null> {
  const { name, isVisible, isInWindow } = await readFocus(page);
  if (name === null) return 'nothing has the focus';
  if (!isVisible) return `no visible focus at ${name}`;
  return isInWindow ? null : `${name} has the focus and is outside of the window`;
}
