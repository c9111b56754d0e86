import type { Browser, BrowserContext, Page } from '@playwright/test';
import { type Cast, signedInCookie } from '../../scripts/shots/stage/cast';
import type { Stage } from '../../scripts/shots/stage/open-stage';
import type { PlayedSession } from '../../scripts/shots/stage/played-session';

export interface WebBenchSetting {
  stage: Stage;
  browser: Browser;
  cast: Cast;
  /** 100 events, and 10,000. */
  short: PlayedSession;
  long: PlayedSession;
}

const WINDOW = { width: 1_440, height: 900 };

/** A page of its own profile, in which Ada is signed in; nothing is in its cache. */
export async function freshPage({
  browser,
  stage,
  cast,
}: Pick<WebBenchSetting, 'browser' | 'stage' | 'cast'>): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: stage.url, viewport: WINDOW });
  await context.addCookies([await signedInCookie(stage, cast.people.ada)]);
  return { context, page: await context.newPage() };
}

/** Until the session's screen says that it follows the log. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator('[data-sync=live]').waitFor({ timeout: 60_000 });
}

/** An address of the app that is answered with an empty page, tall enough to scroll: what a browser costs by itself. */
export async function openEmptyPage(page: Page): Promise<void> {
  const body =
    '<!doctype html><title>empty</title><body style="margin:0"><div style="height:200000px"></div>';
  await page.route('**/empty', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('/empty');
}
