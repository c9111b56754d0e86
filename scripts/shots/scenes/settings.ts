import type { Scene } from './scene';

export const settingsScenes = {
  me: {
    as: 'ada',
    at: () => '/settings/me',
    shows: (page) => page.getByRole('heading', { name: /tokens/i }),
  },
  repositories: {
    as: 'ada',
    at: () => '/settings/repositories',
    shows: (page) => page.getByRole('heading', { name: /acme\/playground/ }),
  },
  models: {
    as: 'ada',
    at: () => '/settings/models',
    shows: (page) => page.getByRole('heading', { name: /models/i }),
  },
  health: {
    as: 'ada',
    at: () => '/settings/health',
    shows: (page) => page.getByRole('heading', { name: /health/i }),
  },
} satisfies Record<string, Scene>;
