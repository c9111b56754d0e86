import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BucketMap } from './bucket-map';

const anyEntries = fc.array(fc.tuple(fc.string({ maxLength: 4 }), fc.nat()), { maxLength: 300 });

it('holds what a map holds, however the entries come', () => {
  fc.assert(
    fc.property(fc.array(anyEntries, { maxLength: 5 }), (batches) => {
      const expected = new Map(batches.flat());
      const map = batches.reduce((now, batch) => now.with(batch), BucketMap.empty<number>());
      expect(new Map(map)).toEqual(expected);
      expect(map.size).toBe(expected.size);
      for (const [key, value] of expected) expect(map.get(key)).toBe(value);
    }),
  );
});

it('leaves the map as it was that another one is made of', () => {
  fc.assert(
    fc.property(anyEntries, anyEntries, (first, second) => {
      const before = BucketMap.empty<number>().with(first);
      before.with(second);
      expect(new Map(before)).toEqual(new Map(first));
    }),
  );
});
