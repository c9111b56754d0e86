/** How Dispatch may look; `system` is whatever the system says, now and whenever it changes its mind. */
export const THEMES = ['system', 'light', 'dark', 'contrast-light', 'contrast-dark'] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_NAMES = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
  'contrast-light': 'High contrast, light',
  'contrast-dark': 'High contrast, dark',
} satisfies Record<Theme, string>;

/** The browser tells the server by this cookie, so that the first thing drawn is right already. */
export const THEME_COOKIE = 'dispatch-theme';

/** What was chosen; anything unknown is the system's choice. */
export function parseTheme(text: string | undefined): Theme {
  return THEMES.find((theme) => theme === text) ?? 'system';
}

/** What the root element says of a theme: nothing where the system decides. */
export function themeAttribute(theme: Theme): string | undefined {
  return theme === 'system' ? undefined : theme;
}
