import fc from 'fast-check';
import { expect, it } from 'vitest';

import { findJsonValue } from './json-value';

const TEXT = '{\n  "name": "x",\n\t"deep": { "list": [1, {"name": true}], "only" : -2.5e3 }\n}\n';

it.each([
  ['name', '"x"'],
  ['deep.list.0', '1'],
  ['deep.list.1.name', 'true'],
  ['only', '-2.5e3'],
  ['deep.list', '[1, {"name": true}]'],
])('finds %s', (key, expected) => {
  const found = findJsonValue(TEXT, key);
  expect(found.kind === 'found' && TEXT.slice(found.span.start, found.span.end)).toBe(expected);
});

it('asks for a path when two members bear the name, and names the keys when none does', () => {
  expect(findJsonValue('{"a": {"k": 1}, "b": {"k": 2}}', 'k')).toEqual({
    kind: 'ambiguous',
    paths: ['a.k', 'b.k'],
  });
  expect(findJsonValue('{"a": 1, "b": {"c": 2}}', 'z')).toEqual({ kind: 'missing', keys: ['a', 'b'] });
});

it('refuses what is not JSON', () => {
  expect(findJsonValue('{ // note\n"a": 1}', 'a').kind).toBe('invalid');
});

it('finds every top key of any JSON object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object, null, 2);
      for (const [key, value] of Object.entries(object)) {
        const found = findJsonValue(text, key);
        if (found.kind !== 'found') throw new Error(`${key} is ${found.kind}`);
        expect(JSON.parse(text.slice(found.span.start, found.span.end))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }
    }),
  );
});
