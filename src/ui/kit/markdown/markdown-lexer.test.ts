import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chance, markdown } from '@/testing/long-words';
import { MarkdownLexer } from './markdown-lexer';

const atOnce = (text: string) => new MarkdownLexer().blocks(text);

/** Pieces of which awkward Markdown is made. */
const piece = fc.constantFrom(
  ...[
    '- a',
    '- ',
    '1. b',
    '\n',
    '\n\n',
    '    deep',
    '```',
    '```ts\n',
    '> q',
    '# h',
    '| a | b |\n',
    '| - | - |\n',
  ],
  ...[
    '**bold',
    '**',
    '`x`',
    '[link](https://a.test',
    ')',
    'word ',
    '---\n',
    '<b>',
    '\t',
    '\r\n',
    '&amp;',
    '2',
  ],
);

describe('Markdown that grows', () => {
  it('is cut into the same blocks as if it had come at once, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const growing = new MarkdownLexer();
        let text = '';
        for (const next of pieces) {
          text += next;
          expect(growing.blocks(text)).toEqual(atOnce(text));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the blocks of its beginning as the same objects', () => {
    const chance = new Chance('growing');
    const text = Array.from({ length: 12 }, () => markdown(chance)).join('\n\n');
    const growing = new MarkdownLexer();
    const before = growing.blocks(text.slice(0, -80));
    const after = growing.blocks(text);
    const kept = before.filter((block, at) => after[at] === block);
    expect(before.length).toBeGreaterThan(10);
    expect(kept.length).toBeGreaterThan(before.length - 6);
  });

  it('starts anew for a text that is another one', () => {
    const lexer = new MarkdownLexer();
    lexer.blocks('# One\n\ntwo\n\nthree\n\nfour');
    expect(lexer.blocks('# Two\n\nthree')).toEqual(atOnce('# Two\n\nthree'));
  });

  it('shows what is too long for it, or a line without an end, as text', () => {
    for (const text of ['> '.repeat(5_000), '_a__b'.repeat(2_000), 'word\n'.repeat(50_000)]) {
      expect(atOnce(text)).toEqual([{ type: 'text', raw: text, text }]);
    }
  });
});
