import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameInWords } from './name-in-words';
import { splitText } from './split-text';

describe('a text that is cut into pieces', () => {
  it('fits, and says all that it said', () => {
    const word = fc.stringMatching(/^[a-z]{1,30}$/);
    const text = fc.array(
      fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(text, (lines) => {
        const pieces = splitText(lines.join('\n'), 200);
        for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(200);
        expect(pieces.join(' ').split(/\s+/).filter(Boolean)).toEqual(
          lines.join(' ').split(/\s+/).filter(Boolean),
        );
      }),
    );
  });

  it('within a block of code closes the block and opens it again', () => {
    const code = [
      '```ts',
      ...Array.from({ length: 40 }, (_, index) => `const a${index} = ${index};`),
      '```',
    ].join('\n');
    const pieces = splitText(code, 200);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(200);
      expect(piece.match(/```/g)).toHaveLength(2);
    }
  });

  it('never cuts a character in two', () => {
    for (const piece of splitText('😀'.repeat(500), 101)) expect(piece.isWellFormed()).toBe(true);
  });
});

describe('a repository in words', () => {
  const known = ['acme/web', 'acme/api', 'other/web'].map((name) => ({ id: name, name }));
  it.each([
    ['fix acme/web please', 'acme/web'],
    ['fix the api', null],
    ['fix the login in api', 'acme/api'],
    ['fix it in web', null],
    ['look at acme/web and acme/api', null],
    ['see acme/web-old', null],
    ['on `api`: fix it', 'acme/api'],
  ])('%s: %s', (text, id) => {
    expect(nameInWords(text, known)).toBe(id);
  });
});
