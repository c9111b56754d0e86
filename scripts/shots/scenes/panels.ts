import type { Page } from '@playwright/test';
import { live, idle } from '../stories/sessions';
import type { Scene, Setting } from './scene';

const overIdle = async (setting: Setting): Promise<string> => (await idle(setting)).path;
const overLive = async (setting: Setting): Promise<string> => (await live(setting)).path;

/** Shows a panel by its key; on a phone it is the one that is seen. */
const press =
  (key: string) =>
  async (page: Page): Promise<void> => {
    await page.locator('[data-sync=live]').waitFor();
    await page.keyboard.press(key);
  };

const PHONE = [390] as const;

/** The panels beside a session's timeline. The diff is the one that is open at first. */
export const panelScenes = {
  split: {
    as: 'ada',
    at: overIdle,
    act: (page) => page.getByRole('button', { name: 'Split', exact: true }).click(),
    shows: (page) => page.getByRole('button', { name: 'Split', exact: true, pressed: true }),
    widths: [1_440, 1_600],
  },
  files: {
    as: 'ada',
    at: overIdle,
    act: press('f'),
    shows: (page) => page.getByRole('tabpanel', { name: 'Files' }),
  },
  todo: {
    as: 'ada',
    at: overLive,
    act: press('o'),
    shows: (page) => page.getByRole('tabpanel', { name: 'Todo' }),
  },
  people: {
    as: 'ada',
    at: overLive,
    act: press('p'),
    shows: (page) => page.getByRole('tabpanel', { name: 'People' }),
  },
  sandbox: {
    as: 'ada',
    at: overLive,
    act: press('b'),
    shows: (page) => page.getByRole('tabpanel', { name: 'Sandbox' }),
  },
  'diff-on-a-phone': {
    as: 'ada',
    at: overIdle,
    act: press('d'),
    shows: (page) => page.getByRole('region', { name: 'src/pages/settings.tsx' }),
    widths: PHONE,
  },
  'files-on-a-phone': {
    as: 'ada',
    at: overIdle,
    act: press('f'),
    shows: (page) => page.getByRole('tab', { name: 'Files', selected: true }),
    widths: PHONE,
  },
  'sandbox-on-a-phone': {
    as: 'ada',
    at: overLive,
    act: press('b'),
    shows: (page) => page.getByRole('tab', { name: 'Sandbox', selected: true }),
    widths: PHONE,
  },
} satisfies Record<string, Scene>;
