import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import { transformer } from './transformer';

describe('what goes over the wire', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  it.each([
    ['a page of a log', { events: [{ seq: 1, event: { kind: 'x', text: null } }], head: 1 }],
    ['a page beside a date', { events: [{ seq: 1 }], session: { createdAt: at, title: 'a' } }],
    ['a date', at],
    ['something undefined', { a: undefined, b: [1, undefined], c: { d: [{}] } }],
    ['numbers that JSON has no word for', { a: Number.NaN, b: -0, c: Infinity, d: 1.5 }],
    ['a map and a set', { map: new Map([['a', at]]), set: new Set([1]), plain: 'x' }],
    ['a list with a date in it', [{ at }, { at: null }]],
    ['nothing', undefined],
    ['null', null],
  ])('is read by superjson as it was: %s', (_name, value) => {
    const wire: unknown = JSON.parse(JSON.stringify(transformer.serialize(value)));
    // It is what superjson's own output looks like.
    const read = superjson.deserialize(wire as ReturnType<typeof superjson.serialize>);
    expect(read).toEqual(value);
    expect(transformer.deserialize(superjson.serialize(value))).toEqual(value);
  });

  it('is not walked by superjson where it is JSON already', () => {
    const events = [{ seq: 1 }];
    expect(transformer.serialize({ events })).toEqual({ json: { events } });
    const { json, meta } = transformer.serialize({ events, at: new Date(0) });
    expect(json).toMatchObject({ events });
    expect(meta?.values).toEqual({ at: ['Date'] });
  });
});
