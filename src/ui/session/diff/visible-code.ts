/**
 * What a page would not show, or would show in another order than it is written: control characters but tabs, marks
 * that change the direction of text, and spaces without width. Joiners are left alone, since scripts need them.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

function show(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A line of code as it can be trusted: nothing in it is hidden, and nothing reorders it. */
export function visibleCode(text: string): string {
  return text.replace(HIDDEN, show);
}
