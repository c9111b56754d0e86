import { FAILED_REQUEST, type Scene } from './scene';

export const signInScenes = {
  ready: {
    as: null,
    at: () => '/signin',
    shows: (page) => page.getByRole('button', { name: 'Sign in with GitHub' }),
  },
  refused: {
    as: null,
    at: () => '/signin?error=AccessDenied',
    shows: (page) => page.getByText('GitHub says that you did not agree'),
  },
  unreachable: {
    as: null,
    at: () => '/signin',
    act: async (page) => {
      await page.route('**/api/auth/**', (route) => route.abort());
      await page.getByRole('button', { name: 'Sign in with GitHub' }).click();
    },
    shows: (page) => page.getByText('Dispatch did not answer'),
    expected: new RegExp(`${FAILED_REQUEST.source}|next-auth`),
  },
} satisfies Record<string, Scene>;
