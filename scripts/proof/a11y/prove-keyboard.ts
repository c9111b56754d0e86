import type { Browser, Locator, Page } from '@playwright/test';
import { messageOf } from '@/domain/errors';
import type { Stage } from '../../shots/stage/open-stage';
import { untilTakenOver } from '../../shots/stage/until-taken-over';
import { focusFault, tabTo } from './keyboard';
import type { PartResult } from './prove-a11y';

/** Something that somebody does without a mouse, and what they see of it. */
interface Step {
  name: string;
  run: (page: Page) => Promise<void>;
  /** What tells that it worked. */
  shows: (page: Page) => Locator;
  /** The focus is on an element after it; a step that only reads may leave it anywhere. */
  keepsFocus: boolean;
}

const STEP_MS = 90_000;

const prompt = (page: Page): Locator => page.getByRole('textbox').first();
const change = (page: Page): Locator => page.getByRole('region', { name: 'notes/later.md' });

/** The main job, in its order. The agent and its sandbox are the real ones. */
const STEPS: readonly Step[] = [
  {
    name: 'sign in',
    run: async (page) => {
      await tabTo(page, page.getByRole('button', { name: 'Sign in with GitHub' }));
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/login\/oauth\/authorize/);
      await tabTo(page, page.locator('form', { hasText: 'ada' }).locator('button').first());
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sessions' }).waitFor();
      await untilTakenOver(page);
    },
    shows: (page) => page.getByRole('heading', { name: 'Sessions' }).first(),
    keepsFocus: false,
  },
  {
    name: 'go to the new prompt',
    run: (page) => page.keyboard.press('c'),
    shows: prompt,
    keepsFocus: true,
  },
  {
    name: 'choose the repository, and come back',
    run: async (page) => {
      await tabTo(page, page.getByRole('combobox', { name: 'Repository', exact: true }));
      await page.keyboard.press('Home');
      for (
        let tabs = 0;
        tabs < 12 && !(await prompt(page).evaluate((box) => box === document.activeElement));
        tabs += 1
      ) {
        await page.keyboard.press('Shift+Tab');
      }
    },
    shows: prompt,
    keepsFocus: true,
  },
  {
    name: 'start a session',
    run: async (page) => {
      await page.keyboard.type(
        'rename greet to welcome; then run `for i in $(seq 90); do echo tick $i; sleep 1; done`',
      );
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/s\//);
    },
    shows: (page) => page.getByRole('log', { name: 'Timeline' }),
    keepsFocus: false,
  },
  {
    name: 'read what the agent does',
    run: async (page) => {
      await page
        .getByText(/tick 2/)
        .or(page.getByRole('button', { name: /^Running/ }))
        .first()
        .waitFor({ timeout: STEP_MS });
      await tabTo(
        page,
        page
          .locator('[tabindex="0"]')
          .filter({ has: page.getByRole('log') })
          .or(page.getByRole('log'))
          .first(),
      );
      await page.keyboard.press('Home');
      await page.keyboard.press('End');
    },
    shows: (page) => page.getByRole('button', { name: /^Running/ }).first(),
    keepsFocus: true,
  },
  {
    name: 'open a step',
    run: async (page) => {
      await tabTo(page, page.getByRole('button', { name: /^Running/ }).first());
      await page.keyboard.press('Enter');
    },
    shows: (page) => page.locator('[aria-expanded=true]:focus'),
    keepsFocus: true,
  },
  {
    name: 'queue a prompt',
    run: async (page) => {
      await page.keyboard.press('w');
      await page.keyboard.type('create notes/later.md with: by keyboard');
      await page.keyboard.press('Enter');
    },
    shows: (page) => page.getByRole('region', { name: 'Queue' }).getByText('create notes/later.md'),
    keepsFocus: true,
  },
  {
    name: 'stop the turn',
    run: async (page) => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('s');
    },
    shows: (page) => page.locator('[data-outcome=stopped]'),
    keepsFocus: false,
  },
  {
    name: 'look at the change',
    run: async (page) => {
      await page.locator('[data-outcome=completed]').waitFor({ timeout: STEP_MS });
      // A panel that is opened by its key has the focus.
      await page.keyboard.press('f');
      await page.keyboard.press('d');
      await change(page).waitFor();
      await tabTo(
        page,
        change(page)
          .getByRole('button', { name: /later\.md/ })
          .first(),
      );
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
    },
    shows: (page) => change(page).getByText('by keyboard').first(),
    keepsFocus: true,
  },
  {
    name: 'go home by the palette',
    run: async (page) => {
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type('all sessions');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === '/');
    },
    shows: (page) => page.getByRole('link', { name: /rename greet to welcome/ }).first(),
    keepsFocus: false,
  },
  {
    name: 'move through the list and open a session',
    run: async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/s\//);
    },
    shows: (page) => page.getByRole('log', { name: 'Timeline' }),
    keepsFocus: false,
  },
];

/** The main job from sign-in to the change with a keyboard alone; after each step one sees where the focus is. */
export async function proveKeyboard(
  { stage, browser }: { stage: Stage; browser: Browser },
  say: (line: string) => void,
): Promise<PartResult> {
  const context = await browser.newContext({ baseURL: stage.url, viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS);
  const steps: { step: string; fault: string | null }[] = [];
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  for (const step of STEPS) {
    const fault = await take(page, step);
    steps.push({ step: step.name, fault });
    say(`  ${step.name.padEnd(42)} ${fault ?? 'ok'}`);
    // A step that could not be taken leaves nothing for the next ones to stand on.
    if (fault?.startsWith('it ') === true) break;
  }
  await context.close();
  const failures = steps.flatMap(({ step, fault }) => (fault === null ? [] : [`${step}: ${fault}`]));
  return { failures, figures: steps };
}

async function take(page: Page, { run, shows, keepsFocus }: Step): Promise<string | null> {
  try {
    await run(page);
    await shows(page).waitFor();
  } catch (error) {
    return `it could not be done: ${messageOf(error).split('\n')[0] ?? ''}`;
  }
  return keepsFocus ? focusFault(page) : null;
}
