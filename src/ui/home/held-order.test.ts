import { describe, expect, it } from 'vitest';
import { listed } from '@/testing/listed-session';
import type { Group } from './group-sessions';
import { holdOrder } from './held-order';

const [a, b, c] = ['a', 'b', 'c'].map((title) => listed({ title }));
const group = (title: Group['title'], ...rows: Group['rows']): Group => ({ title, rows });
const titles = (groups: readonly Group[]) =>
  groups.map(({ title, rows }) => [title, ...rows.map((row) => row.title)]);

describe('a list under the pointer', () => {
  it('keeps every row in its place and shows it as it is now', () => {
    const then = { ...a!, title: 'a, which asks' };
    const held = holdOrder(
      [group('Running', a!, b!), group('Recent', c!)],
      [group('Needs you', then), group('Running', b!), group('Recent', c!)],
    );
    expect(titles(held.groups)).toEqual([
      ['Running', 'a, which asks', 'b'],
      ['Recent', 'c'],
    ]);
    expect(held.waiting).toBe(1);
  });

  it('lets what is new wait, and keeps what is gone as it was', () => {
    const held = holdOrder([group('Recent', a!, b!)], [group('Recent', c!, b!)]);
    expect(titles(held.groups)).toEqual([['Recent', 'a', 'b']]);
    expect(held.waiting).toBe(2);
  });

  it('has nothing waiting when only what the rows say changed', () => {
    const held = holdOrder([group('Recent', a!, b!)], [group('Recent', b!, { ...a!, costUsd: 3 })]);
    expect(held).toMatchObject({ waiting: 0, groups: [{ rows: [{ costUsd: 3 }, {}] }] });
  });
});
