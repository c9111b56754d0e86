import fc from 'fast-check';
import { expect, it } from 'vitest';

import { blockEdit } from './block-edit';

it('names the changed line only, when that line stands once in the file', () => {
  expect(blockEdit(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual({ oldText: 'b', newText: 'x' });
});

it('takes lines around it in, when the changed line stands in the file twice', () => {
  expect(blockEdit(['a', 'same', 'b', 'same', 'c'], ['a', 'same', 'b', 'new', 'c'])).toEqual({
    oldText: 'b\nsame\nc',
    newText: 'b\nnew\nc',
  });
});

it('finds nothing to do between equal versions', () => {
  expect(blockEdit(['a'], ['a'])).toBeUndefined();
});

it('always leads from the old version to the new one, by a text that is there once', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', '', '  a', 'ab'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (oldLines, newLines) => {
      const [oldFile, newFile] = [oldLines.join('\n'), newLines.join('\n')];
      const edit = blockEdit(oldLines, newLines);
      if (edit === undefined) {
        expect(oldFile).toBe(newFile);
        return;
      }
      const at = oldFile.indexOf(edit.oldText);
      expect(oldFile.slice(0, at) + edit.newText + oldFile.slice(at + edit.oldText.length)).toBe(newFile);
      expect(edit.oldText === oldFile || !oldFile.includes(edit.oldText, at + 1)).toBe(true);
    }),
  );
});
