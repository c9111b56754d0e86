/** The panels beside the timeline, in the order of their tabs. */
export const SIDE_PANELS = ['diff', 'files', 'terminal', 'ports', 'todo', 'people', 'sandbox'] as const;
export type SidePanelName = (typeof SIDE_PANELS)[number];

/** On a phone the timeline is a tab like the others. */
export type PanelName = 'timeline' | SidePanelName;
export const PANELS: readonly PanelName[] = ['timeline', ...SIDE_PANELS];

/** What each is called, and the key that shows it. */
export const PANEL_WORDS = {
  timeline: { label: 'Timeline', key: 't', words: 'story log' },
  diff: { label: 'Diff', key: 'd', words: 'change patch' },
  files: { label: 'Files', key: 'f', words: 'repository tree' },
  terminal: { label: 'Terminal', key: 'x', words: 'shell console' },
  ports: { label: 'Ports', key: 'v', words: 'preview dev server' },
  todo: { label: 'Todo', key: 'o', words: 'list plan' },
  people: { label: 'People', key: 'p', words: 'who is here' },
  sandbox: { label: 'Sandbox', key: 'b', words: 'boot log isolation cost time' },
} as const satisfies Record<PanelName, { label: string; key: string; words: string }>;

/** Of the element that holds the panel which is shown beside the timeline. */
export const PANEL_ID = 'side-panel-content';
