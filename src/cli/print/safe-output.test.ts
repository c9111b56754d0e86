import { expect, it } from 'vitest';
import { SafeOutput } from './safe-output';

const pass = (...pieces: string[]) => {
  const safe = new SafeOutput();
  return pieces.map((piece) => Buffer.from(safe.pass(Buffer.from(piece))).toString()).join('');
};

it.each<[string, string, string]>([
  ['a clipboard', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
  ['a title, ended the other way', 'a\u001b]0;owned\u001b\\b', 'ab'],
  ['a device string', 'a\u001bP+q544e\u001b\\b', 'ab'],
  ['a message to the application', 'a\u001b_Gi=1\u001b\\b', 'ab'],
  ['an end that is none', 'a\u001b]0;x\u001by\u0007b', 'ab'],
])('keeps %s from the terminal', (_name, given, shown) => {
  expect(pass(given)).toBe(shown);
  expect(pass(...Array.from(given))).toBe(shown);
});

it.each(['\u001b[31mred\u001b[0m', '\u001b[2J\u001b[H', 'a\r\nb\tc', '\u001b(B', 'grüße ✓', '\u001b[?25l'])(
  'passes %j on, in one piece and byte by byte',
  (text) => {
    expect(pass(text)).toBe(text);
    const safe = new SafeOutput();
    const bytes = Array.from(Buffer.from(text)).flatMap((byte) => Array.from(safe.pass(Uint8Array.of(byte))));
    expect(Buffer.from(bytes).toString()).toBe(text);
  },
);
