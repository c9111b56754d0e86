'use client';

import { say } from '../kit/say';
import { useAppCommands } from '../kit/use-commands';
import { THEME_NAMES, THEMES } from './themes';
import { setTheme, useTheme } from './use-theme';

/** Lets the palette change the theme. */
export function ThemeCommands() {
  const chosen = useTheme();
  useAppCommands(
    THEMES.map((theme) => ({
      ...{ id: `theme.${theme}`, title: `Theme: ${THEME_NAMES[theme].toLowerCase()}`, group: 'Theme' },
      words: 'appearance colours mode contrast',
      isEnabled: () => theme !== chosen,
      run: () => {
        setTheme(theme);
        say(`Theme: ${THEME_NAMES[theme].toLowerCase()}.`);
      },
    })),
  );
  return null;
}
