import { beforeAll, describe, expect, it } from 'vitest';
import type { CodeToken } from './code-token';
import { highlight, prepare } from './highlight';

const textOf = (tokens: readonly CodeToken[]): string =>
  tokens.map((token) => (typeof token === 'string' ? token : textOf(token.inside))).join('');

const looksOf = (tokens: readonly CodeToken[]): unknown[] =>
  tokens.flatMap((token) => (typeof token === 'string' ? [] : [token.look, ...looksOf(token.inside)]));

describe('highlighting', () => {
  beforeAll(async () => {
    for (const language of ['ts', 'python', 'json', 'diff', 'html']) await prepare(language);
  });

  it.each([
    ['ts', 'export const a: number = 1; // why'],
    ['python', 'def f(x):\n    return "x" * 2'],
    ['json', '{"a": [1, true]}'],
    ['diff', '+added\n-removed'],
    ['html', '<b class="x">&amp;</b>'],
  ])('keeps every character of %s, and gives some of it a look', (language, code) => {
    const tokens = highlight(code, language)!;
    expect(textOf(tokens)).toBe(code);
    expect(looksOf(tokens).filter((look) => look !== null).length).toBeGreaterThan(0);
  });

  it('knows the keyword, the number and the comment of a line', () => {
    expect(looksOf(highlight('const a = 1; // why', 'ts')!)).toEqual(['keyword', 'number', 'comment']);
  });

  it('leaves a language alone that it does not know, or that is not prepared', async () => {
    expect(await prepare('klingon')).toBe(false);
    expect(highlight('x', 'klingon')).toBeNull();
    expect(highlight('fn main() {}', 'rust')).toBeNull();
    expect(await prepare('rs')).toBe(true);
    expect(highlight('fn main() {}', 'rust')).not.toBeNull();
  });
});
