import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleLine } from './visible-text';

describe('hostile text', () => {
  it.each([
    ['a coloured word', '\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['a new window title', '\u001b]0;owned\u0007', '␛]0;owned␇'],
    ['a link', '\u001b]8;;http://x\u001b\\click', '␛]8;;http://x␛\\click'],
    ['C1 control sequences', '\u009b2J\u009d0;x\u009c', '<U+009B>2J<U+009D>0;x<U+009C>'],
    ['text written backwards', 'rm \u202efdp.sh', 'rm <U+202E>fdp.sh'],
    ['isolates and marks', '\u2066a\u2069\u200f\u061c', '<U+2066>a<U+2069><U+200F><U+061C>'],
    ['hidden tag letters', 'a\u{e0041}b', 'a<U+E0041>b'],
    ['a line written over', 'safe\rrm -rf', 'safe␍rm -rf'],
    ['backspaces and delete', 'a\b\b\u007f', 'a␈␈␡'],
    ['lines of Windows', 'a\r\nb', 'a\nb'],
  ])('shows %s for what it is', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves ordinary text of any language as it is', () => {
    const text = 'naïve — 日本語 😀 עברית العربية\n\tindented “quoted” 100 %';
    expect(visible(text)).toBe(text);
  });

  it('lets no character through that a terminal would act on, but line feed and tab', () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.integer({ min: 0, max: 0x9f }).map((unit) => String.fromCharCode(unit)),
        fc.constantFrom('\u202a', '\u202e', '\u2066', '\u200b', '\ufeff', '😀', 'a'),
      ),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        expect(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u.test(visible(text))).toBe(false);
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });

  it('fits on one line and says when it was cut', () => {
    expect(visibleLine(' a\n  b\u001b[2J ')).toBe('a b␛[2J');
    expect(visibleLine('x'.repeat(50), 10)).toBe('xxxxxxxxx…');
  });
});
