import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import type { LayoutFault } from './in-page/layout';

const entry = fileURLToPath(new URL('in-page/layout.ts', import.meta.url));

/** The checks that run inside of a page, as one script. */
async function bundleChecks(): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, format: 'iife', target: 'es2022' },
    globalName: 'dispatchChecks',
    logLevel: 'warning',
  });
  return `${outputFiles.map(({ text }) => text).join('\n')}\nwindow.dispatchChecks = dispatchChecks;`;
}

let bundled: Promise<string> | undefined;

/** What is wrong with how the page lies in its window, as it is now. */
export async function layoutFaults(page: Page): Promise<LayoutFault[]> {
  bundled ??= bundleChecks();
  // Evaluated by the debugger, which no content security policy of the page stops.
  if (!(await page.evaluate(() => 'dispatchChecks' in window))) await page.evaluate(await bundled);
  return page.evaluate(() => {
    // The line above has put it there.
    const { dispatchChecks } = window as unknown as {
      dispatchChecks: { findLayoutFaults: () => LayoutFault[] };
    };
    return dispatchChecks.findLayoutFaults();
  });
}
