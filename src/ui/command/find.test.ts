import { describe, expect, it } from 'vitest';
import { find, scoreOf } from './find';

const thing = (title: string, group = 'Things', words?: string) => ({ title, group, words });
const titles = (query: string, ...all: ReturnType<typeof thing>[]) =>
  find(query, all, 10).map(({ group, results }) => [group, ...results.map(({ title }) => title)]);

describe('what a query finds', () => {
  it.each([
    ['the start of a title', 'dark', 'Dark mode toggle'],
    ['a word inside of it', 'mode', 'Dark mode toggle'],
    ['a part of a word', 'oggl', 'Dark mode toggle'],
    ['words in any order', 'toggle dark', 'Dark mode toggle'],
    ['starts of words', 'dmt', 'Dark mode toggle'],
    ['letters without their accents', 'creme', 'Crème brûlée'],
    ['signs as they are', 'c++ (new)', 'Port to C++ (new)'],
  ])('%s', (_name, query, title) => {
    expect(scoreOf(query, thing(title))).toBeGreaterThan(0);
  });

  it.each([
    ['a word that is not there', 'dark theme', 'Dark mode toggle'],
    ['letters from the middle of words', 'aoo', 'Dark mode toggle'],
    ['letters in another order', 'tmd', 'Dark mode toggle'],
  ])('is not %s', (_name, query, title) => {
    expect(scoreOf(query, thing(title))).toBe(0);
  });

  it('is also found by words that are not its title, after those whose title it is', () => {
    const theme = thing('Use dark colours', 'Theme', 'appearance');
    expect(titles('appearance', theme, thing('Appearance of results'))).toEqual([
      ['Things', 'Appearance of results'],
      ['Theme', 'Use dark colours'],
    ]);
  });
});

describe('the order of what is found', () => {
  it('is as it came when nothing is asked', () => {
    expect(titles(' ', thing('b'), thing('z', 'Others'), thing('a'))).toEqual([
      ['Things', 'b', 'a'],
      ['Others', 'z'],
    ]);
  });

  it('puts better answers first, and the group of the best one', () => {
    const all = [thing('Unarchive', 'One'), thing('Stop the archive', 'One'), thing('Archive', 'Two')];
    expect(titles('archive', ...all)).toEqual([
      ['Two', 'Archive'],
      ['One', 'Stop the archive', 'Unarchive'],
    ]);
  });

  it('ends where there is enough', () => {
    expect(find('a', [thing('a1'), thing('a2'), thing('a3')], 2)[0]?.results).toHaveLength(2);
  });
});
