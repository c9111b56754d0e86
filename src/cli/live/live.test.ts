import { expect, it } from 'vitest';
import { Composer } from './composer';
import { Screen } from './screen';
import { MarkdownLines } from '../print/markdown-lines';
import { styleFor } from '../print/style';
import { fit, textWidth } from './text-width';

const key = (name: string, more: Partial<{ text: string; ctrl: boolean }> = {}) => ({
  ...{ text: '', ctrl: false, meta: false, name },
  ...more,
});

function type(composer: Composer, text: string): void {
  for (const character of text) composer.press(key(character, { text: character }));
}

it('takes back whole characters, whatever they are made of', () => {
  const composer = new Composer();
  composer.insert('a👩‍👩‍👧é');
  composer.press(key('backspace'));
  composer.press(key('backspace'));
  expect(composer.draft).toEqual({ text: 'a', cursor: 1 });
});

it('looks through what was sent, and keeps the draft meanwhile', () => {
  const composer = new Composer();
  for (const text of ['one', 'two']) {
    type(composer, text);
    composer.take();
  }
  type(composer, 'dra');
  const seen = ['up', 'up', 'up', 'down', 'down'].map((name) => {
    composer.press(key(name));
    return composer.draft.text;
  });
  expect(seen).toEqual(['two', 'one', 'one', 'two', 'dra']);
});

it('gives back what could not be sent, before what was typed meanwhile', () => {
  const composer = new Composer();
  type(composer, 'next');
  composer.putBack('lost?');
  expect(composer.draft.text).toBe('lost?\nnext');
});

it('takes no control character for typing', () => {
  const composer = new Composer();
  expect(composer.press(key('escape', { text: '\u001b' }))).toBe(false);
  expect(composer.draft.text).toBe('');
});

it('measures what terminals show in two columns', () => {
  expect([textWidth('abc'), textWidth('日本'), textWidth('é'), textWidth('🎉')]).toEqual([3, 4, 1, 2]);
  expect(fit('日本語', 5)).toBe('日本…');
});

it('keeps the open line below what is whole, and styles it once it is', () => {
  let written = '';
  const screen = new Screen({
    ...{ size: () => ({ columns: 40, rows: 10 }), style: styleFor(false) },
    write: (text) => (written += text),
  });
  screen.write('half ', (line) => `<${line}>`);
  expect(written).not.toContain('<');
  screen.write('a line\nrest');
  expect(written).toContain('<half a line>\r\n');
  screen.close();
  expect(written.endsWith('\u001b[?2026l')).toBe(true);
});

it.each([
  ['# A title', '\u001b[1mA title\u001b[22m'],
  ['- an item', '• an item'],
  ['**bold** and `code`', '\u001b[1mbold\u001b[22m and \u001b[36mcode\u001b[39m'],
  ['see [the docs](https://x.example/a)', 'see the docs (https://x.example/a)'],
  ['2 * 3 * 4', '2 * 3 * 4'],
])('shows %s as Markdown means it', (source, shown) => {
  expect(new MarkdownLines(styleFor(true)).line(source)).toBe(shown);
});

it('leaves code between fences as it is', () => {
  const markdown = new MarkdownLines(styleFor(false));
  const lines = ['```ts', '# no **title**', '```', '# title'].map((line) => markdown.line(line));
  expect(lines).toEqual(['```ts', '  # no **title**', '```', 'title']);
});
