import { describe, expect, it } from 'vitest';
import { includesRight, isBelieved, rightWithoutHost } from './repository-access';

describe('the right in a repository', () => {
  it.each([
    ['none', 'read', false],
    ['read', 'read', true],
    ['read', 'write', false],
    ['write', 'read', true],
    ['admin', 'write', true],
  ] as const)('%s is enough for %s: %s', (right, wanted, expected) => {
    expect(includesRight(right, wanted)).toBe(expected);
  });

  it.each([
    [null, false],
    [{ right: 'read', ageSeconds: 0 }, true],
    [{ right: 'admin', ageSeconds: 299 }, true],
    [{ right: 'read', ageSeconds: 300 }, false],
    [{ right: 'none', ageSeconds: 29 }, true],
    [{ right: 'none', ageSeconds: 30 }, false],
  ] as const)('is believed for minutes, a refusal for less: %o, %s', (known, expected) => {
    expect(isBelieved(known)).toBe(expected);
  });

  it.each([
    [null, 'none'],
    [{ right: 'write', ageSeconds: 3_599 }, 'write'],
    [{ right: 'write', ageSeconds: 3_600 }, 'none'],
    [{ right: 'none', ageSeconds: 60 }, 'none'],
  ] as const)('outlasts a host that is away by an hour at most: %o, %s', (known, expected) => {
    expect(rightWithoutHost(known)).toBe(expected);
  });
});
