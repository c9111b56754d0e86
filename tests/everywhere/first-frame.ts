import type { Page } from '@playwright/test';

/** Notes the background at the first frame, and every later change of what the root element says. */
export const noteFirstFrame = () => {
  const seen = { first: '', changes: 0 };
  Object.assign(globalThis, { seen });
  new MutationObserver((changes) => (seen.changes += changes.length)).observe(document, {
    ...{ subtree: true, attributes: true, attributeFilter: ['data-theme'] },
  });
  const look = () => {
    const root = document.querySelector('body')?.parentElement;
    if (!root) requestAnimationFrame(look);
    else seen.first = getComputedStyle(root).backgroundColor;
  };
  requestAnimationFrame(look);
};
export const firstFrame = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { seen: { first: string; changes: number } }).seen);
