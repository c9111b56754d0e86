import type { Page } from '@playwright/test';
import { build } from 'esbuild';

const bundled = new Map<string, Promise<string>>();

/** What a file exports, as one script that sets it as `window[name]`. Bundled once. */
async function bundle(file: string, name: string): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [file], bundle: true, write: false, format: 'iife', target: 'es2022' },
    ...{ globalName: name, logLevel: 'warning' },
  });
  return `${outputFiles.map(({ text }) => text).join('\n')}\nwindow.${name} = ${name};`;
}

/** Puts what a file exports into the page as `window[name]`, unless it is there already. */
export async function addToPage(page: Page, file: string, name: string): Promise<void> {
  if (await page.evaluate((known) => known in window, name)) return;
  const script = bundled.get(file) ?? bundle(file, name);
  bundled.set(file, script);
  // Evaluated by the debugger, which no content security policy of the page stops.
  await page.evaluate(await script);
}
