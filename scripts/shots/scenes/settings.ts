import type { Scene } from './scene';

export const settingsScenes = {
  me: {
    as: 'ada',
    at: () => '/settings',
    shows: (page) => page.getByRole('heading', { name: /tokens/i }),
  },
  repository: {
    as: 'ada',
    at: ({ cast }) => `/settings/repositories/${cast.repositoryId}`,
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
