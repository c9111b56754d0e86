import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { addToPage } from '../stage/page-script';
import type { LayoutFault } from './in-page/layout';

const file = fileURLToPath(new URL('in-page/layout.ts', import.meta.url));

/** What is wrong with how the page lies in its window, as it is now. */
export async function layoutFaults(page: Page): Promise<LayoutFault[]> {
  await addToPage(page, file, 'layoutChecks');
  return page.evaluate(() => {
    // The line above has put it there.
    const { layoutChecks } = window as unknown as { layoutChecks: { findLayoutFaults: () => LayoutFault[] } };
    return layoutChecks.findLayoutFaults();
  });
}
