import type { Browser, Page } from '@playwright/test';
import type { Scene } from '../../shots/scenes/scene';
import { scenesNamed } from '../../shots/screens';
import { newCast, signedInCookie } from '../../shots/stage/cast';
import type { Stage } from '../../shots/stage/open-stage';
import { readFocus } from './focus-mark';
import type { PartResult } from './prove-a11y';

/** Screens with everything on them that Tab can reach. */
const WALKED = [
  'sign-in/ready',
  'home/live',
  'session/idle',
  'session/queue',
  'session/ask-question',
  'settings/me',
];

/** More stops than any screen has: a walk that takes longer goes round. */
const MAX_STOPS = 80;

interface Walk {
  screen: string;
  stops: number;
  /** Stops where nobody could see where they are. */
  unseen: string[];
}

/** Walks through screens with the Tab key: each stop is in the window and looks otherwise than without the focus. */
export async function proveFocus({
  stage,
  browser,
}: {
  stage: Stage;
  browser: Browser;
}): Promise<PartResult> {
  const walks: Walk[] = [];
  for (const { name, scene } of scenesNamed(WALKED)) {
    const cast = await newCast(stage);
    const context = await browser.newContext({ baseURL: stage.url, viewport: { width: 1_440, height: 900 } });
    if (scene.as !== null) await context.addCookies([await signedInCookie(stage, cast.people[scene.as])]);
    const page = await context.newPage();
    walks.push({ screen: name, ...(await walk(page, scene, await scene.at({ stage, cast }))) });
    await context.close();
  }
  const failures = walks.flatMap(({ screen, unseen, stops }) => [
    ...(stops === 0 ? [`${screen}: Tab reaches nothing`] : []),
    ...unseen.map((stop) => `${screen}: no visible focus at ${stop}`),
  ]);
  return { failures, figures: walks };
}

async function walk(page: Page, { shows }: Scene, path: string): Promise<Omit<Walk, 'screen'>> {
  await page.goto(path);
  await shows(page).waitFor({ timeout: 30_000 });
  const unseen = new Set<string>();
  let stops = 0;
  for (; stops < MAX_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const { name, isVisible, isInWindow } = await readFocus(page);
    // Behind the last element of the page comes the browser's own window.
    if (name === null) break;
    if (!isVisible || !isInWindow) unseen.add(isVisible ? `${name}, which is outside of the window` : name);
  }
  return { stops, unseen: [...unseen] };
}
