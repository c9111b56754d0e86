'use client';

import { THEME_NAMES, THEMES } from './themes';
import { setTheme, useTheme } from './use-theme';

/** Chooses how Dispatch looks in this browser. */
export function ThemeChoice() {
  const chosen = useTheme();
  return (
    <fieldset>
      <legend className="text-sm font-medium">Theme</legend>
      <p className="text-sm text-muted">Of this browser, in all its tabs.</p>
      <div className="mt-2 flex flex-col gap-1">
        {THEMES.map((theme) => (
          <label key={theme} className="flex min-h-6 items-center gap-2 text-sm">
            <input
              type="radio"
              name="theme"
              value={theme}
              checked={chosen === theme}
              onChange={() => setTheme(theme)}
            />
            {THEME_NAMES[theme]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
