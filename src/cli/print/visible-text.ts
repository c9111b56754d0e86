/**
 * Everything but line feeds and tabs that a terminal would act on or that hides what a text says: C0 and C1 control
 * characters, so that no escape sequence (CSI, OSC, DCS) survives, and marks that reorder or hide text.
 */

const HOSTILE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

function show(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** Text of an agent or a repository as a terminal may show it: what would control it is made visible. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HOSTILE, show);
}

/** The same on one line. */
export function visibleLine(text: string, maxLength = 200): string {
  const line = visible(text.replace(/\s+/g, ' ').trim());
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
