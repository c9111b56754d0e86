import { DARK_MODE_PROMPT } from '../stories/dark-mode';
import { FAILED_REQUEST, type Scene } from './scene';
import type { Locator, Page } from '@playwright/test';

const box = (page: Page): Locator => page.getByRole('textbox', { name: 'What should be done?' });

export const newSessionScenes = {
  empty: {
    as: 'ada',
    at: () => '/',
    act: async (page) => {
      await page.keyboard.press('c');
    },
    shows: box,
  },
  filled: {
    as: 'ada',
    at: () => '/',
    act: (page) => box(page).fill(`${DARK_MODE_PROMPT}\n\nKeep the colours of the brand.\nRun the tests.`),
    shows: (page) => page.getByRole('button', { name: 'Start session', disabled: false }),
  },
  'other-repository': {
    as: 'ada',
    at: () => '/',
    act: async (page) => {
      await page.getByLabel('Repository').selectOption({ label: 'Other repository…' });
    },
    shows: (page) => page.getByLabel('Address of the repository'),
  },
  refused: {
    as: 'ada',
    at: () => '/',
    act: async (page) => {
      await box(page).fill(DARK_MODE_PROMPT);
      await page.route(/sessions\.create/, (route) => route.abort());
      await page.getByRole('button', { name: 'Start session' }).click();
    },
    shows: (page) => page.getByText(/your prompt is kept/),
    expected: FAILED_REQUEST,
  },
} satisfies Record<string, Scene>;
