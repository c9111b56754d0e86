import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Linear red, green and blue. */
type Colour = readonly [number, number, number];
type Tokens = ReadonlyMap<string, Colour>;

const CSS = readFileSync('src/app/globals.css', 'utf8');
const TOKEN = /--([\w-]+): light-dark\(\s*oklch\(([\d. ]+)\),\s*oklch\(([\d. ]+)\)\s*\);/g;
/** Where the values for high contrast begin, in the same rule as the usual ones. */
const [USUAL = '', CONTRAST = ''] = CSS.slice(CSS.indexOf('\n:root {'), CSS.indexOf('\n:root:is')).split(
  '@variant high-contrast',
);

/** CSS Color 4, "OKLCH to linear-light sRGB"; what lies outside is clipped, as browsers do. */
function fromOklch(text: string): Colour {
  const [lightness = 0, chroma = 0, hue = 0] = text.split(' ').map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
  return [rgb[0]!, rgb[1]!, rgb[2]!];
}

const luminance = ([red, green, blue]: Colour) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** WCAG 2.2, "contrast ratio". */
function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function tokensIn(css: string, scheme: 'light' | 'dark'): [string, Colour][] {
  return [...css.matchAll(TOKEN)].map(([, name, light, dark]) => [
    name!,
    fromOklch(scheme === 'light' ? light! : dark!),
  ]);
}

const THEMES = {
  light: new Map(tokensIn(USUAL, 'light')),
  dark: new Map(tokensIn(USUAL, 'dark')),
  'contrast-light': new Map([...tokensIn(USUAL, 'light'), ...tokensIn(CONTRAST, 'light')]),
  'contrast-dark': new Map([...tokensIn(USUAL, 'dark'), ...tokensIn(CONTRAST, 'dark')]),
} satisfies Record<string, Tokens>;

const PLANES = ['bg', 'surface', 'raised'];
const CHANGES = ['added', 'removed'];
const PEOPLE = Array.from({ length: 10 }, (_, n) => `person-${n}`);
const STATES = ['muted', 'accent', 'live', 'ask', 'ok', 'warn', 'danger'];

/** What is read on what. `normal` is WCAG's AA for text (AAA for the text of bodies), `strong` what high contrast has. */
const PAIRS: { on: string[]; read: string[]; normal: number; strong: number }[] = [
  { read: ['text'], on: [...PLANES, ...CHANGES], normal: 7, strong: 12 },
  { read: STATES, on: PLANES, normal: 4.5, strong: 7 },
  { read: ['muted'], on: CHANGES, normal: 4.5, strong: 7 },
  { read: ['ok'], on: ['added'], normal: 4.5, strong: 7 },
  { read: ['danger'], on: ['removed'], normal: 4.5, strong: 7 },
  { read: ['on-accent'], on: ['accent'], normal: 4.5, strong: 7 },
  { read: PEOPLE, on: PLANES, normal: 4.5, strong: 7 },
  // The bounds of controls and the ring of the focus (WCAG 1.4.11).
  { read: ['edge', 'accent'], on: PLANES, normal: 3, strong: 4.5 },
];

/** Parts things that are told apart without it, too. */
const DECORATION = ['line'];

const CASES = Object.entries(THEMES).flatMap(([theme, tokens]) =>
  PAIRS.flatMap(({ on, read, normal, strong }) =>
    on.flatMap((back) =>
      read.map((front) => ({
        ...{ theme, front, back, least: theme.startsWith('contrast') ? strong : normal },
        ratio: contrast(tokens.get(front)!, tokens.get(back)!),
      })),
    ),
  ),
);

describe('the colours', () => {
  it('are converted as the standard says', () => {
    const ratio = contrast(fromOklch('1 0 0'), fromOklch('0 0 0'));
    expect(ratio).toBeCloseTo(21, 3);
    // rgb(0 0 255) is oklch(0.452 0.313 264.05) and stands 8.59 to 1 on white.
    expect(contrast(fromOklch('0.45201 0.31321 264.05'), fromOklch('1 0 0'))).toBeCloseTo(8.59, 1);
  });

  it('are all either read somewhere or mere decoration', () => {
    const named = new Set([...PAIRS.flatMap(({ on, read }) => [...on, ...read]), ...DECORATION]);
    expect([...THEMES.light.keys()].sort()).toEqual([...named].sort());
    expect([...CONTRAST.matchAll(TOKEN)].map(([, name]) => name).sort()).toEqual([...named].sort());
  });

  it.each(CASES)('$theme: $front on $back is at least $least to 1', ({ ratio, least }) => {
    expect(ratio).toBeGreaterThanOrEqual(least);
  });

  it('of high contrast part things by a line that is seen', () => {
    for (const theme of [THEMES['contrast-light'], THEMES['contrast-dark']]) {
      for (const plane of PLANES) {
        expect(contrast(theme.get('line')!, theme.get(plane)!)).toBeGreaterThanOrEqual(3);
      }
    }
  });
});
