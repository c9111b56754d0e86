import { describe, expect, it } from 'vitest';
import { RepositoryId, UserId } from '@/domain/ids';
import type { StatusKind } from '@/domain/session/session-status';
import { listed } from '@/testing/listed-session';
import {
  addressOf,
  fits,
  isNarrowed,
  type ListFilter,
  listInput,
  NO_FILTER,
  readFilter,
} from './list-filter';

const repositoryId = RepositoryId.parse('0190b5a0-0000-4000-8000-000000000001');
const FULL: ListFilter = {
  ...{ search: 'flaky “test” & 100%', repositoryId, personId: UserId.parse('ben'), state: 'needs_you' },
};
const read = (address: string) => readFilter(new URL(address, 'http://app.test').searchParams);

describe('the filter in the address', () => {
  it('is the same again after it was written and read', () => {
    expect(read(addressOf(FULL))).toEqual(FULL);
    expect(read(addressOf({ ...FULL, search: '' }))).toEqual({ ...FULL, search: '' });
  });

  it('is nothing at all when nothing is narrowed', () => {
    expect(addressOf({ ...NO_FILTER, search: '  ' })).toBe('/');
    expect(isNarrowed(NO_FILTER)).toBe(false);
    expect(isNarrowed(FULL)).toBe(true);
  });

  it('ignores what is none of its values', () => {
    expect(read('/?state=asleep&repository=x&person=')).toEqual(NO_FILTER);
  });
});

describe('what the server is asked', () => {
  it('leaves archived sessions out, but not of a search', () => {
    expect(listInput(NO_FILTER)).toMatchObject({ archived: 'without' });
    expect(listInput({ ...NO_FILTER, search: 'old' })).toMatchObject({ archived: 'with', search: 'old' });
  });

  it('is never longer than it takes', () => {
    expect(listInput({ ...NO_FILTER, search: 'x'.repeat(900) }).search).toHaveLength(200);
  });
});

describe('a session fits', () => {
  const at = (kind: StatusKind) => listed({ status: { kind, words: kind } });

  it.each<[StatusKind, ListFilter['state'], boolean]>([
    ['working', null, true],
    ['stopping', 'running', true],
    ['idle', 'running', false],
    ['archived', null, false],
    ['archived', 'archived', true],
    ['needs_you', 'needs_you', true],
  ])('%s under the state %s: %s', (kind, state, expected) => {
    expect(fits(at(kind), { ...NO_FILTER, state })).toBe(expected);
  });

  it('when the person made it or spoke in it', () => {
    const row = listed({ people: [{ userId: UserId.parse('ben'), name: 'Ben', via: 'cli', seq: 3 }] });
    const by = (personId: string) => fits(row, { ...NO_FILTER, personId: UserId.parse(personId) });
    expect([by('ada'), by('ben'), by('eve')]).toEqual([true, true, false]);
    expect(fits(row, { ...NO_FILTER, repositoryId })).toBe(false);
  });
});
