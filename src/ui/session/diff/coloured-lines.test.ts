import { describe, expect, it } from 'vitest';
import { highlight, prepare } from '../../kit/code/highlight';
import { colouredLines, languageOf, marked } from './coloured-lines';

describe('the colours of lines', () => {
  const code = 'const a = `one\ntwo ${b}\n`;\n\n/* more\n   lines */\n';

  it('lose nothing of the code, and carry a colour over line ends', async () => {
    await prepare('ts');
    const lines = colouredLines(highlight(code, 'ts') ?? []);
    expect(lines.map((line) => line.map(({ text }) => text).join('')).join('\n')).toBe(code);
    expect(lines[1]?.[0]).toEqual({ text: 'two ', look: 'string' });
    expect(lines[5]).toEqual([{ text: '   lines */', look: 'comment' }]);
  });

  it('are cut where marks begin and end', () => {
    const coloured = [
      { text: 'const', look: 'keyword' as const },
      { text: ' name', look: null },
    ];
    const pieces = marked(coloured, [
      { text: 'co', isMarked: false },
      { text: 'nst na', isMarked: true },
      { text: 'me', isMarked: false },
    ]);
    expect(pieces.map(({ text, look, isMarked }) => [text, look, isMarked])).toEqual([
      ['co', 'keyword', false],
      ['nst', 'keyword', true],
      [' na', null, true],
      ['me', null, false],
    ]);
  });

  it('may be none, or too few: the text is whole all the same', () => {
    const segments = [
      { text: 'a b', isMarked: false },
      { text: ' c', isMarked: true },
    ];
    for (const coloured of [[], [{ text: 'a', look: null }]]) {
      expect(
        marked(coloured, segments)
          .map(({ text }) => text)
          .join(''),
      ).toBe('a b c');
    }
  });
});

describe('the language of a file', () => {
  it.each([
    ['src/a.ts', 'ts'],
    ['Makefile', 'makefile'],
    ['web/App.VUE', 'xml'],
    ['pyproject.toml', 'ini'],
    ['LICENSE', null],
    ['.gitignore', null],
  ])('of %s is %s', (path, language) => {
    expect(languageOf(path)).toBe(language);
  });

  it.each([
    'a.ts',
    'a.tsx',
    'a.mjs',
    'a.py',
    'a.rs',
    'a.yml',
    'a.md',
    'a.json',
    'a.css',
    'a.html',
    'a.sh',
    'a.h',
  ])('of %s is one that the highlighter knows', async (path) => {
    expect(await prepare(languageOf(path) ?? '')).toBe(true);
  });
});
