import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DiffLine, findBlocks, readBlock } from './parse-hunks';
import { indexPatch, type PatchFile } from './patch-index';

let folder: string;
/** Whatever this machine's own git settings are. */
const SETTINGS = ['user.name=t', 'user.email=t@t', 'diff.noprefix=false', 'commit.gpgSign=false'];
const git = (settings: string[], ...args: string[]) =>
  execFileSync('git', [...[...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
const write = (name: string, content: string | Buffer) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');
const ODD_NAMES = [
  'grüße.txt',
  'a "quoted" name.txt',
  'back\\slash',
  'tab\there',
  'line\nfeed',
  'b b/b b.txt',
  '日本',
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patch-index-'));
  git([], 'init', '-q');
  write('changed.txt', numbered(1, 20));
  write('gone.txt', 'was here\n');
  write('old name.txt', numbered(1, 10));
  write('moved and changed.txt', numbered(1, 30));
  write('no-newline.txt', 'a');
  write('run.sh', 'echo\n');
  write('windows.txt', 'one\r\ntwo\r\n');
  write('old.bin', Buffer.from([0, 1, 2]));
  symlinkSync('gone.txt', join(folder, 'link'));
  git([], 'add', '-A');
  git([], 'commit', '-q', '-m', 'before');
  write(
    'changed.txt',
    numbered(1, 20).replace('line 2\n', 'line two\nand a half\n').replace('line 19\n', ''),
  );
  rmSync(join(folder, 'gone.txt'));
  renameSync(join(folder, 'old name.txt'), join(folder, 'new name.txt'));
  rmSync(join(folder, 'moved and changed.txt'));
  write('deep/moved.txt', numbered(1, 30).replace('line 7\n', 'line seven\n'));
  write('picture.bin', Buffer.from([0, 1, 2, 0]));
  rmSync(join(folder, 'old.bin'));
  write('empty.txt', '');
  write('no-newline.txt', 'b');
  chmodSync(join(folder, 'run.sh'), 0o755);
  write('windows.txt', 'one\r\n2\n');
  rmSync(join(folder, 'link'));
  symlinkSync('changed.txt', join(folder, 'link'));
  symlinkSync('changed.txt', join(folder, 'second link'));
  write(
    'headings.sql',
    '-- a comment\n++ not a heading\ndiff --git a/x b/x\n@@ -1,2 +3,4 @@\n\n\\ no remark\n',
  );
  for (const name of ODD_NAMES) write(`odd/${name}`, 'x\n');
  git([], 'add', '-A');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The patch as a bridge makes it. */
const patch = (...args: string[]) =>
  git(['core.quotePath=false'], 'diff', '--cached', '--find-renames', '--binary', '--full-index', ...args);
const files = async (text = patch()) =>
  new Map((await indexPatch(text)).map((file): [string, PatchFile] => [file.path, file]));
/** The lines of a file, hunk by hunk. */
const hunksOf = async (path: string): Promise<DiffLine[][]> => {
  const text = patch();
  const file = (await files(text)).get(path);
  const section = text.slice(file?.start, file?.end);
  return findBlocks(section).blocks.map((block) => readBlock(section, block));
};

describe('the index of a patch, on what git really prints', () => {
  it('finds every file with what became of it and its counts', async () => {
    const found = [...(await files()).values()].filter(({ path }) => !path.startsWith('odd/'));
    const summary = found.map(({ path, oldPath, status, additions, deletions }) =>
      [path, oldPath ?? '', status, `+${additions}`, `-${deletions}`].filter(Boolean).join(' · '),
    );
    expect(summary.sort()).toEqual([
      'changed.txt · modified · +2 · -2',
      'deep/moved.txt · moved and changed.txt · renamed · +1 · -1',
      'empty.txt · added · +0 · -0',
      'gone.txt · deleted · +0 · -1',
      'headings.sql · added · +6 · -0',
      'link · modified · +1 · -1',
      'new name.txt · old name.txt · renamed · +0 · -0',
      'no-newline.txt · modified · +1 · -1',
      'old.bin · deleted · +0 · -0',
      'picture.bin · added · +0 · -0',
      'run.sh · modified · +0 · -0',
      'second link · added · +1 · -0',
      'windows.txt · modified · +1 · -1',
    ]);
  });

  it('counts as git itself counts', async () => {
    const counted = git(['core.quotePath=false'], 'diff', '--cached', '--no-renames', '--numstat', '-z');
    const theirs = counted
      .split('\0')
      .filter(Boolean)
      .map((line) => line.replaceAll('-\t', '0\t'));
    const ours = [...(await files(patch('--no-renames'))).values()];
    expect(ours.map((file) => `${file.additions}\t${file.deletions}\t${file.path}`)).toEqual(theirs);
  });

  it.each([true, false])('reads names however unusual, quoted in full: %s', async (isQuoted) => {
    const text = git([`core.quotePath=${String(isQuoted)}`], 'diff', '--cached', '-M', '--binary');
    const odd = [...(await files(text)).keys()].filter((path) => path.startsWith('odd/'));
    expect(odd.sort()).toEqual(ODD_NAMES.map((name) => `odd/${name}`).sort());
  });

  it('reads odd names of files without lines too', async () => {
    git([], 'reset', '-q');
    for (const name of ODD_NAMES) write(`odd/${name}`, '');
    git([], 'add', '-A');
    const odd = [...(await files()).keys()].filter((path) => path.startsWith('odd/'));
    expect(odd.sort()).toEqual(ODD_NAMES.map((name) => `odd/${name}`).sort());
  });

  it('says what is binary, a link, or only another mode', async () => {
    const found = await files();
    expect(found.get('picture.bin')).toMatchObject({ isBinary: true, special: null });
    expect(found.get('old.bin')).toMatchObject({ isBinary: true, status: 'deleted' });
    expect(found.get('link')).toMatchObject({ isBinary: false, special: 'link' });
    expect(found.get('second link')).toMatchObject({ special: 'link', status: 'added' });
    expect(found.get('run.sh')?.modes).toEqual({ before: '100644', after: '100755' });
    expect(found.get('changed.txt')).toMatchObject({ modes: null, special: null });
  });

  it('stops when it is not wanted any more', async () => {
    const text = patch().repeat(10_000);
    const wanted = new AbortController();
    const reading = indexPatch(text, wanted.signal);
    wanted.abort();
    await expect(reading).rejects.toThrow();
  });
});

describe('the hunks of a file', () => {
  it('number lines on both sides', async () => {
    const hunks = await hunksOf('changed.txt');
    expect(hunks).toHaveLength(2);
    const lines = hunks.flat().filter(({ type }) => type !== 'context');
    const endsFile = false;
    expect(lines).toEqual([
      { type: 'removed', oldLine: 2, newLine: null, text: 'line 2', endsFile },
      { type: 'added', oldLine: null, newLine: 2, text: 'line two', endsFile },
      { type: 'added', oldLine: null, newLine: 3, text: 'and a half', endsFile },
      { type: 'removed', oldLine: 19, newLine: null, text: 'line 19', endsFile },
    ]);
    expect(hunks[1]?.[0]).toMatchObject({ type: 'context', oldLine: 16, newLine: 17 });
  });

  it('take no line of a file for a heading', async () => {
    const lines = (await hunksOf('headings.sql')).flat().map(({ text }) => text);
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(join(folder, 'headings.sql'), 'utf8'));
  });

  it('know where a file ends without a line feed', async () => {
    const lines = (await hunksOf('no-newline.txt')).flat();
    expect(lines.map(({ text, endsFile }) => [text, endsFile])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('keep carriage returns', async () => {
    const lines = (await hunksOf('windows.txt')).flat();
    expect(lines.map(({ text }) => text)).toEqual(['one\r', 'two\r', '2']);
  });

  it('are cut where they are long, and lose nothing by it', () => {
    const added = Array.from({ length: 1_000 }, (_, n) => `+new ${n}`);
    const context = Array.from({ length: 400 }, (_, n) => ` same ${n}`);
    const section = [
      '@@ -5,401 +7,1400 @@ f()',
      ...context,
      '-old',
      ...added,
      '\\ No newline at end of file',
      '',
    ].join('\n');
    const { blocks } = findBlocks(section);
    const lines = blocks.flatMap((block) => readBlock(section, block));
    expect(
      lines.map(({ type, text }) => `${{ context: ' ', added: '+', removed: '-' }[type]}${text}`),
    ).toEqual([...context, '-old', ...added]);
    expect(Math.max(...blocks.map((block) => block.lines))).toBeLessThanOrEqual(300);
    expect(blocks.map(({ header }) => header).filter((header) => header !== null)).toEqual(['f()']);
    expect(lines.at(-1)).toMatchObject({ newLine: 1_406, endsFile: true });
    expect(lines[400]).toMatchObject({ type: 'removed', oldLine: 405, newLine: null });
  });

  it('are none for what has no lines', async () => {
    for (const path of ['picture.bin', 'run.sh', 'new name.txt', 'empty.txt']) {
      expect(await hunksOf(path), path).toEqual([]);
    }
  });
});
