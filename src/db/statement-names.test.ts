import { expect, it } from 'vitest';
import { statementNames } from './statement-names';

it('names a text once, and another differently', () => {
  const nameOf = statementNames();
  const first = nameOf({ sql: 'SELECT 1' });
  expect(first).not.toBe('');
  expect(nameOf({ sql: 'SELECT 2' })).not.toBe(first);
  expect(nameOf({ sql: 'SELECT 1' })).toBe(first);
});

it('keeps no more than a connection should hold', () => {
  const nameOf = statementNames();
  const names = Array.from({ length: 600 }, (_, n) => nameOf({ sql: `SELECT ${n}` }));
  expect(new Set(names.filter((name) => name !== '')).size).toBe(500);
  expect(nameOf({ sql: 'SELECT 0' })).toBe(names[0]);
  expect(nameOf({ sql: 'SELECT 599' })).toBe('');
});
