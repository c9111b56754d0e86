import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartText } from './part-text';

const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });

/** Pieces of a text at any places, in any order, overlapping or not. */
const pieces = anyText.chain((text) =>
  fc
    .array(fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: text.length })), { maxLength: 30 })
    .map((cuts) => ({
      text,
      deltas: cuts.map(([a, b]) => ({
        offset: Math.min(a, b),
        text: text.slice(Math.min(a, b), Math.max(a, b)),
      })),
    })),
);

describe('the text of a part', () => {
  it('is at all times a beginning of what was written, whatever the pieces and their order', () => {
    fc.assert(
      fc.property(pieces, ({ text, deltas }) => {
        const part = new PartText();
        for (const delta of deltas) {
          part.addDelta(delta);
          expect(text.startsWith(part.text)).toBe(true);
        }
        part.addStored(text, '');
        expect(part.text).toBe(text);
        expect(part.hasGap).toBe(false);
      }),
    );
  });

  it('is whole as soon as all pieces came, in any order and any number of times', () => {
    const shuffled = anyText.chain((text) => {
      const deltas = [...text.matchAll(/[^]{1,3}/g)].map((match) => ({
        offset: match.index,
        text: match[0],
      }));
      return fc.record({
        text: fc.constant(text),
        deltas: fc.shuffledSubarray([...deltas, ...deltas], {
          minLength: deltas.length * 2,
          maxLength: deltas.length * 2,
        }),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ text, deltas }) => {
        const part = new PartText();
        for (const delta of deltas) part.addDelta(delta);
        expect(part).toMatchObject({ text, hasGap: false });
      }),
    );
  });

  it.each([
    { name: 'appends at its end', deltas: [[3, 'DEF']], text: 'ABCDEF', hasGap: false },
    { name: 'ignores what it has', deltas: [[0, 'AB']], text: 'ABC', hasGap: false },
    { name: 'appends the rest of an overlap', deltas: [[1, 'BCDE']], text: 'ABCDE', hasGap: false },
    { name: 'waits at a gap', deltas: [[5, 'FGH']], text: 'ABC', hasGap: true },
  ] as const)('$name', ({ deltas, text, hasGap }) => {
    const part = new PartText();
    part.addDelta({ offset: 0, text: 'ABC' });
    for (const [offset, added] of deltas) part.addDelta({ offset, text: added });
    expect(part).toMatchObject({ text, hasGap });
  });

  it('of a tool keeps a delta that came while the stored text was on its way', () => {
    const part = new PartText();
    part.replaceFromNowOn();
    part.addDelta({ offset: 0, text: 'old' });
    part.addDelta({ offset: 0, text: 'new' });
    part.addStored('stored', 'old');
    expect(part.text).toBe('new');
    part.addStored('stored', 'new');
    expect(part.text).toBe('stored');
    part.end();
    part.addDelta({ offset: 0, text: 'late' });
    expect(part.text).toBe('stored');
  });
});
