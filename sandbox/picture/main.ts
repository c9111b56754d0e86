// Takes a picture of one page and ends: in a process of its own, so that a page that hangs or eats the memory harms no
// other. Asked by the agent's plugin (`../agents/opencode/plugin`) with JSON in the only argument.
import { createRequire } from 'node:module';
import type { BrowserType } from '@playwright/test';
import { type PictureTools, readPictureTools } from './environment';
import { findBrowser, NO_BROWSER } from './find-browser';
import { type PictureAnswer, PictureRequest } from './protocol';
import { takePicture } from './take-picture';
import { TargetError } from './target';

/** Playwright is a folder of the image's, too large to be bundled and tied to its own files. */
function loadPlaywright({ playwright: folder }: PictureTools): BrowserType {
  if (folder === '') throw new TargetError(NO_BROWSER);
  // Playwright's own package, of the version that this was compiled with.
  return (createRequire(import.meta.url)(folder) as { chromium: BrowserType }).chromium;
}

async function answer(): Promise<PictureAnswer> {
  const request = PictureRequest.parse(JSON.parse(process.argv[2] ?? ''));
  const tools = readPictureTools();
  const chromium = loadPlaywright(tools);
  const browser = await chromium.launch({
    executablePath: findBrowser(chromium, tools),
    // The sandbox is the fence: the kernel lets no program in it make another one.
    chromiumSandbox: false,
    args: ['--disable-dev-shm-usage', '--disable-gpu'],
  });
  try {
    return await takePicture(browser, request);
  } finally {
    await browser.close();
  }
}

try {
  process.stdout.write(JSON.stringify(await answer()));
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  const refused: PictureAnswer = {
    ok: false,
    why: error instanceof TargetError ? why : `The browser failed: ${why.split('\n')[0] ?? why}`,
  };
  process.stdout.write(JSON.stringify(refused));
}
