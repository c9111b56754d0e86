import { describe, expect, it } from 'vitest';
import { fileHash, readFileHash } from './file-hash';

describe('the address of a file’s line', () => {
  it.each([
    { path: 'src/a.ts' },
    { path: 'src/a.ts', line: 12 },
    { path: 'a b/ü#?%.ts', line: 1 },
    { path: 'src/with:colon.ts', line: 3 },
    { path: 'name:12' },
  ])('of %j comes back as it was', (place) => {
    expect(readFileHash(fileHash(place))).toEqual(place);
  });

  it('can be read and written by people', () => {
    expect(fileHash({ path: 'src/a.ts', line: 12 })).toBe('#file=src/a.ts:12');
  });

  it.each(['', '#', '#seq=12', '#file=', '#file=%E0%A4%A', '#file=a:b'])('is none in %j', (hash) => {
    expect(readFileHash(hash)).toBeNull();
  });
});
