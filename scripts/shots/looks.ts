/** The sizes and themes in which every state is looked at. */

export type ThemeName = 'dark' | 'light' | 'contrast';

export interface Theme {
  colorScheme: 'dark' | 'light';
  contrast: 'more' | 'no-preference';
}

export const THEMES = {
  dark: { colorScheme: 'dark', contrast: 'no-preference' },
  light: { colorScheme: 'light', contrast: 'no-preference' },
  contrast: { colorScheme: 'dark', contrast: 'more' },
} satisfies Record<ThemeName, Theme>;

export const THEME_NAMES = Object.keys(THEMES) as ThemeName[]; // an object literal's keys are its type's

export interface Size {
  width: number;
  height: number;
}

/** A phone, a tablet, a laptop and a wide screen. */
export const SIZES: readonly Size[] = [
  { width: 390, height: 844 },
  { width: 768, height: 1_024 },
  { width: 1_440, height: 900 },
  { width: 1_600, height: 1_000 },
];

export interface Look {
  theme: ThemeName;
  width: number;
}
