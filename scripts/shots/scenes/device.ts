import { apiClient } from '@/embedded/stack/browser-sign-in';
import { type Scene, type Setting } from './scene';

async function codeOf({ stage }: Setting): Promise<string> {
  const { verifyUrl } = await apiClient(stage.url, {}).auth.startDevice.mutate({ label: 'laptop of ada' });
  const { pathname, search } = new URL(verifyUrl);
  return `${pathname}${search}`;
}

export const deviceScenes = {
  'enter-code': {
    as: 'ada',
    at: () => '/device',
    shows: (page) => page.getByRole('textbox'),
  },
  compare: {
    as: 'ada',
    at: codeOf,
    shows: (page) => page.getByRole('button', { name: /^Let it in as/ }),
  },
  'unknown-code': {
    as: 'ada',
    at: () => '/device?code=BBBB-BBBB',
    shows: (page) => page.getByText(/^No terminal waits under/),
    expected: /status of 404/,
  },
  'let-in': {
    as: 'ada',
    at: codeOf,
    act: (page) => page.getByRole('button', { name: /^Let it in as/ }).click(),
    shows: (page) => page.getByText(/^The terminal is in as/),
  },
} satisfies Record<string, Scene>;
