import { statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { BrowserType } from '@playwright/test';
import type { PictureTools } from './environment';
import { TargetError } from './target';

export const NO_BROWSER =
  'There is no browser in this sandbox. Tell the person who asked that pictures need Chromium: on the machine that ' +
  'Dispatch runs on, `npx playwright install --with-deps chromium`, or an image that holds one.';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser that is named, else Playwright's own, else one on the PATH. Errors: TargetError. */
export function findBrowser(playwright: BrowserType, { chromium, path }: PictureTools): string {
  const onPath = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [chromium, playwright.executablePath(), ...onPath].find(isFile);
  if (found === undefined) throw new TargetError(NO_BROWSER);
  return found;
}

function isFile(path: string): boolean {
  return path !== '' && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
