import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import Markdown from '../markdown';

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />);

describe('Markdown', () => {
  it('shows words, lists, tables and code as what they are', () => {
    const shown = html(
      '# A\n\nHello **you** and `code`.\n\n- one\n- [x] two\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n',
    );
    expect(shown).toContain('<h3>A</h3>');
    expect(shown).toContain('Hello <strong>you</strong> and <code class="font-mono">code</code>.');
    expect(shown).toMatch(/<ul><li>one<\/li><li class="list-none"><span aria-label="done: ">☑ <\/span>two/);
    expect(shown).toContain('<td class="text-right">2</td>');
  });

  it('shows a fence that is still open as code, and its language', () => {
    const shown = html('```ts\nconst a = 1;');
    expect(shown).toContain('<span>ts</span>');
    expect(shown).toContain('const a = 1;');
  });

  it.each([
    ['<img src=x onerror=alert(1)>', '<img'],
    ['text <script>alert(1)</script>', '<script'],
    ['[a](javascript:alert(1))', 'href'],
    ['[a](data:text/html,x)', 'href'],
    ['[file](src/app.ts)', 'href'],
    ['![p](https://evil.test/p.png)', '<img'],
  ])('lets nothing of %s act', (text, forbidden) => {
    expect(html(text)).not.toContain(forbidden);
  });

  it('opens links elsewhere, without saying where from', () => {
    expect(html('[a](https://a.test/b)')).toContain(
      '<a href="https://a.test/b" target="_blank" rel="noopener noreferrer">a</a>',
    );
  });

  it('shows characters that are written as references, once', () => {
    expect(html('a &lt;b&gt; &amp;amp; &#8364; &nothing;')).toContain(
      'a &lt;b&gt; &amp;amp; € &amp;nothing;',
    );
  });

  it('shows what nests very deeply as it was written', () => {
    const shown = html(`${'> '.repeat(40)}deep`);
    expect(shown.match(/<blockquote>/g)?.length).toBeLessThan(15);
    expect(shown).toContain('deep');
  });
});
