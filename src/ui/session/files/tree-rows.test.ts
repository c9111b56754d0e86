import { describe, expect, it } from 'vitest';
import { findNames } from './find-names';
import { formatBytes, linesOf, readContent } from './read-content';
import { afterKey, treeRows } from './tree-rows';
import type { Folder, FolderEntry } from './use-files';

const entry = (name: string, kind: FolderEntry['kind'] = 'file'): FolderEntry => ({
  ...{ name, kind, isLink: false, sizeBytes: 1, isIgnored: false },
});
const folder = (...entries: FolderEntry[]): Folder => ({ entries, isCut: false, error: null });

const FOLDERS = new Map<string, Folder>([
  ['', folder(entry('src', 'folder'), entry('empty', 'folder'), entry('README.md'))],
  ['src', folder(entry('ui', 'folder'), entry('a.ts'))],
  ['src/ui', { entries: null, isCut: false, error: null }],
  ['empty', folder()],
]);

const drawn = (...open: string[]) =>
  treeRows(FOLDERS, new Set(open)).map(({ level, name, isOpen, kind }) => {
    const sign = kind === 'folder' ? (isOpen ? '▾' : '▸') : ' ';
    return `${'  '.repeat(level - 1)}${sign} ${name}`;
  });

describe('the tree of files', () => {
  it('shows what is in the folders that are open, at any depth', () => {
    expect(drawn()).toEqual(['▸ src', '▸ empty', '  README.md']);
    expect(drawn('src', 'src/ui', 'empty')).toEqual([
      '▾ src',
      '  ▾ ui',
      '      Reading…',
      '    a.ts',
      '▾ empty',
      '    Empty',
      '  README.md',
    ]);
  });

  it('forgets nothing of what is open below a folder that is closed', () => {
    expect(drawn('src/ui')).toEqual(drawn());
  });

  it('says when a folder could not be read, or has more than was listed', () => {
    const broken = new Map<string, Folder>([['', { entries: null, isCut: false, error: new Error('x') }]]);
    expect(treeRows(broken, new Set())).toMatchObject([{ kind: 'remark', name: 'It could not be read' }]);
    const cut = new Map<string, Folder>([['', { ...folder(entry('a')), isCut: true }]]);
    expect(treeRows(cut, new Set()).map(({ kind }) => kind)).toEqual(['file', 'remark']);
  });

  it('knows the place of each among those beside it', () => {
    const rows = treeRows(FOLDERS, new Set(['src']));
    expect(rows.map(({ path, position, siblings }) => `${path} ${position}/${siblings}`)).toEqual([
      'src 1/3',
      'src/ui 1/2',
      'src/a.ts 2/2',
      'empty 2/3',
      'README.md 3/3',
    ]);
  });
});

describe('keys in the tree', () => {
  const rows = treeRows(FOLDERS, new Set(['src']));
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 4, 4],
    ['ArrowUp', 0, 0],
    ['Home', 3, 0],
    ['End', 0, 4],
    ['ArrowRight', 0, 1],
    ['ArrowLeft', 2, 0],
    ['ArrowLeft', 4, 4],
  ] as const)('%s on line %i goes to line %i', (...[key, at, to]) => {
    expect(afterKey(key, rows, at)).toEqual({ at: to });
  });

  it('open a folder that is closed, and close one that is open', () => {
    expect(afterKey('ArrowRight', rows, 1)).toEqual({ toggle: rows[1] });
    expect(afterKey('ArrowLeft', rows, 0)).toEqual({ toggle: rows[0] });
    expect(afterKey('ArrowRight', rows, 2)).toBeNull();
    expect(afterKey('x', rows, 0)).toBeNull();
  });
});

describe('finding a file', () => {
  const paths = ['src/greeting.js', 'docs/greetings/more.md', 'test/greeting.test.js', 'src/cart.js'];

  it('puts names before folders, and takes words in any order and case', () => {
    expect(findNames(paths, 'GREET')).toEqual([
      'src/greeting.js',
      'test/greeting.test.js',
      'docs/greetings/more.md',
    ]);
    expect(findNames(paths, 'js test')).toEqual(['test/greeting.test.js']);
    expect(findNames(paths, 'cart.js')).toEqual(['src/cart.js']);
    expect(findNames(paths, '  ')).toEqual([]);
  });
});

describe('what a file holds', () => {
  const file = (content: Buffer, isBinary = false) => ({
    ...{ type: 'file' as const, sizeBytes: content.length, isBinary, picture: null },
    content: content.toString('base64'),
  });

  it('is its bytes as they are, and its text as far as it is one', () => {
    expect(readContent(file(Buffer.from('grüße 日本\n')))).toMatchObject({
      text: 'grüße 日本\n',
      isGuessed: false,
    });
    const latin = readContent(file(Buffer.from([0x66, 0xfc, 0x72])));
    expect(latin).toMatchObject({ text: 'f\ufffdr', isGuessed: true });
    expect([...(latin?.bytes ?? [])]).toEqual([0x66, 0xfc, 0x72]);
    expect(readContent(file(Buffer.from([0, 1]), true))).toMatchObject({ text: null });
    expect(readContent({ ...file(Buffer.from('')), content: null })).toBeNull();
  });

  it('has lines, of which a line feed at the end begins no further one', () => {
    expect(linesOf('a\n\nb\n')).toEqual(['a', '', 'b']);
    expect(linesOf('a')).toEqual(['a']);
  });

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [1_048_576, '1.0 MB'],
  ])('of %i bytes is %s', (size, words) => {
    expect(formatBytes(size)).toBe(words);
  });
});
