import { idle } from '../stories/sessions';
import type { Scene, Setting } from './scene';

const overSession = async (setting: Setting): Promise<string> => (await idle(setting)).path;

/** What lies over any screen; shown over a session. */
export const overlayScenes = {
  palette: {
    as: 'ada',
    at: overSession,
    act: (page) => page.keyboard.press('ControlOrMeta+k'),
    shows: (page) => page.getByRole('dialog'),
  },
  'palette-nothing-found': {
    as: 'ada',
    at: overSession,
    act: async (page) => {
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('dialog').getByRole('combobox').fill('zzzz no such command');
    },
    shows: (page) =>
      page
        .getByRole('dialog')
        .getByText(/nothing|no command/i)
        .first(),
  },
  comment: {
    as: 'ada',
    at: overSession,
    act: (page) => page.keyboard.press('m'),
    shows: (page) => page.getByRole('textbox', { name: 'Comment' }),
  },
  budget: {
    as: 'ada',
    at: overSession,
    act: async (page) => {
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('dialog').getByRole('combobox').fill('session may cost');
      await page.keyboard.press('Enter');
    },
    shows: (page) => page.getByLabel('US dollars'),
  },
  keys: {
    as: 'ada',
    at: overSession,
    act: (page) => page.keyboard.press('?'),
    shows: (page) => page.getByRole('dialog'),
  },
} satisfies Record<string, Scene>;
