import type { Browser } from '@playwright/test';
import { THEMES } from '../looks';
import { newCast, signedInCookie } from '../stage/cast';
import type { Stage } from '../stage/open-stage';
import { idle } from '../stories/sessions';

const WINDOW = { width: 1_280, height: 800 };

/** A session whose turn is over, as a laptop shows it. */
export async function pictureOfSession({
  stage,
  browser,
}: {
  stage: Stage;
  browser: Browser;
}): Promise<Buffer> {
  const cast = await newCast(stage);
  const { path } = await idle({ stage, cast });
  const context = await browser.newContext({ baseURL: stage.url, viewport: WINDOW, ...THEMES.dark });
  await context.addCookies([await signedInCookie(stage, cast.people.ada)]);
  const page = await context.newPage();
  await page.goto(path);
  await page.locator('[data-outcome=completed]').first().waitFor();
  await page.getByText('useTheme').first().waitFor();
  await page.waitForLoadState('networkidle');
  const picture = await page.screenshot({ animations: 'disabled' });
  await context.close();
  return picture;
}
