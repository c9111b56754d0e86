import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SIZES } from '../scripts/shots/looks';
import { runShots } from '../scripts/shots/run-shots';
import { scenesNamed } from '../scripts/shots/screens';
import { launchBrowser } from '../scripts/shots/stage/launch-browser';
import { openStage, type Stage } from '../scripts/shots/stage/open-stage';

/** The main screens; `npm run proof -- a11y` looks at every state of every screen. */
const MAIN = [
  'sign-in/ready',
  'home/live',
  'session/idle',
  'session/ask-permission',
  'overlay/palette',
  'settings/me',
];

let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage({ dataFolder: null, app: 'built', say: () => undefined });
  browser = await launchBrowser();
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stage.close();
}, 60_000);

it('shows the main screens with nothing that axe, a phone or a console would mind, in every theme', async () => {
  const sizes = SIZES.filter(({ width }) => width === 390 || width === 1_440);
  const reports = await runShots(
    { stage, browser },
    { scenes: scenesNamed(MAIN), out: null, sizes, onReport: () => undefined },
  );
  expect(reports.map(({ scene }) => scene)).toEqual(expect.arrayContaining(MAIN));
  expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
});
