import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTheme, themeAttribute, THEMES } from './themes';

describe('a chosen theme', () => {
  it.each(THEMES)('%s is what it was when it comes back from the cookie', (theme) => {
    expect(parseTheme(theme)).toBe(theme);
  });

  it.each([undefined, '', 'Dark', 'dark"><script>'])('%s is left to the system', (text) => {
    expect(parseTheme(text)).toBe('system');
  });

  it('has a rule in the stylesheet for what the root element says of it', () => {
    const css = readFileSync('src/app/globals.css', 'utf8');
    const attributes = THEMES.map(themeAttribute).filter((attribute) => attribute !== undefined);
    expect(attributes).toHaveLength(4);
    for (const attribute of attributes) expect(css).toContain(`[data-theme='${attribute}']`);
  });
});
