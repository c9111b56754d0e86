import type { Page } from '@playwright/test';

/** Until React has taken over the page, of which its own marks on the elements tell: before that nobody hears a key. */
export async function untilTakenOver(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Object.keys(document.querySelector('main') ?? {}).some((key) => key.startsWith('__reactProps')),
  );
}
