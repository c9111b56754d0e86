import { describe, expect, it } from 'vitest';
import { pairLines } from './pair-lines';
import type { DiffLine } from './parse-hunks';
import { visibleCode } from './visible-code';
import { markWords, type Segment } from './word-marks';

/** `[ ]` around what is marked. */
const drawn = (segments: readonly Segment[] | undefined) =>
  segments?.map(({ text, isMarked }) => (isMarked ? `[${text}]` : text)).join('');

describe('marks inside a changed line', () => {
  it.each([
    { before: "const theme = '[light]';", after: "const theme = '[dark]';" },
    { before: 'return a + b;', after: 'return a + b[ + c];' },
    { before: '[  ]if (x) {', after: '[    ]if (x) {' },
    { before: '[größe] = 1', after: '[größer] = 1' },
  ])('show the words that differ: $before, $after', ({ before, after }) => {
    const plain = (text: string) => text.replaceAll(/[[\]]/g, '');
    const marks = markWords(plain(before), plain(after));
    expect([drawn(marks?.before), drawn(marks?.after)]).toEqual([before, after]);
  });

  it('are one where a single space would keep them apart', () => {
    const marks = markWords('the quick fox jumps over it', 'the slow dog jumps over it');
    expect(drawn(marks?.before)).toBe('the [quick fox] jumps over it');
  });

  it.each([
    ['the same', 'the same'],
    ['import { a } from "b";', 'while (true) work();'],
    ['x'.repeat(2_000), 'x'.repeat(2_001)],
  ])('are left out where they would say nothing', (before, after) => {
    expect(markWords(before, after)).toBeNull();
  });

  it('lose nothing of either line', () => {
    const [before, after] = ['\tfoo(bar,  baz) // 日本', '\tfoo(baz, bar)  // 日 本'];
    const marks = markWords(before, after);
    const whole = (segments?: Segment[]) => segments?.map(({ text }) => text).join('');
    expect([whole(marks?.before), whole(marks?.after)]).toEqual([before, after]);
  });
});

describe('lines side by side', () => {
  const line = (type: DiffLine['type'], text: string): DiffLine => ({
    ...{ type, text, oldLine: null, newLine: null, endsFile: false },
  });
  const paired = (...lines: string[]) =>
    pairLines(
      lines.map((text) =>
        line(text.startsWith('-') ? 'removed' : text.startsWith('+') ? 'added' : 'context', text.slice(1)),
      ),
    ).map(({ left, right }) => `${left?.text ?? '∅'}|${right?.text ?? '∅'}`);

  it('are context with itself and blocks of the same length in order', () => {
    expect(paired(' a', '-b', '-c', '+d', '+e', ' f')).toEqual(['a|a', 'b|d', 'c|e', 'f|f']);
  });

  it('find the line that took a line’s place among others', () => {
    expect(paired('-const theme = 1;', '+import x;', '+// why', '+const theme = 2;')).toEqual([
      '∅|import x;',
      '∅|// why',
      'const theme = 1;|const theme = 2;',
    ]);
    expect(paired('-one();', '-gone(because, of, it);', '+one(1);')).toEqual([
      'one();|one(1);',
      'gone(because, of, it);|∅',
    ]);
  });

  it('keep every line of a block, however long it is', () => {
    const many = Array.from({ length: 200_000 }, (_, n) => line('removed', String(n)));
    expect(pairLines([...many, line('added', 'new')])).toHaveLength(200_000);
    expect(paired('+only', '+added')).toEqual(['∅|only', '∅|added']);
  });
});

describe('what a line could hide', () => {
  it('is shown: escapes, marks that turn text around, and spaces without width', () => {
    expect(visibleCode('a\u202eb\u200bc\u001b[31m\u0000')).toBe('a⟨U+202E⟩b⟨U+200B⟩c␛[31m␀');
  });

  it('leaves tabs, emoji and other scripts as they are', () => {
    const text = '\tگرفته‌ام 👩‍💻 ü';
    expect(visibleCode(text)).toBe(text);
  });
});
