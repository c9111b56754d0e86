import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePatch } from './parse-patch';

let folder: string;
/** Whatever this machine's own git settings are. */
const SETTINGS = [
  'user.name=t',
  'user.email=t@t',
  'core.quotePath=true',
  'diff.noprefix=false',
  'commit.gpgSign=false',
].flatMap((setting) => ['-c', setting]);
const git = (...args: string[]) =>
  execFileSync('git', [...SETTINGS, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parse-patch-'));
  git('init', '-q');
  write('changed.txt', numbered(1, 20));
  write('gone.txt', 'was here\n');
  write('old name.txt', numbered(1, 10));
  write('no-newline.txt', 'a');
  git('add', '-A');
  git('commit', '-q', '-m', 'before');
  write(
    'changed.txt',
    numbered(1, 20).replace('line 2\n', 'line two\nand a half\n').replace('line 19\n', ''),
  );
  rmSync(join(folder, 'gone.txt'));
  renameSync(join(folder, 'old name.txt'), join(folder, 'new name.txt'));
  write('grüße.txt', 'hallo\n');
  write('picture.bin', Buffer.from([0, 1, 2, 0]));
  write('empty.txt', '');
  write('no-newline.txt', 'b');
  write('dashes.sql', '-- a comment\n++ not a header\n');
  git('add', '-A');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = () => new Map(parsePatch(git('diff', '--cached', '-M')).map((file) => [file.path, file]));

describe('parsePatch, on what git really prints', () => {
  it('finds every file with its counts', () => {
    const summary = [...files().values()].map(({ path, oldPath, additions, deletions }) => [
      path,
      oldPath,
      additions,
      deletions,
    ]);
    expect(summary.sort()).toEqual([
      ['changed.txt', null, 2, 2],
      ['dashes.sql', null, 2, 0],
      ['empty.txt', null, 0, 0],
      ['gone.txt', null, 0, 1],
      ['grüße.txt', null, 1, 0],
      ['new name.txt', 'old name.txt', 0, 0],
      ['no-newline.txt', null, 1, 1],
      ['picture.bin', null, 0, 0],
    ]);
  });

  it('numbers lines in both files, hunk by hunk', () => {
    const changed = files().get('changed.txt');
    expect(changed?.hunks).toHaveLength(2);
    const lines = changed?.hunks.flatMap((hunk) => hunk.lines).filter(({ type }) => type !== 'context');
    expect(lines).toEqual([
      { type: 'removed', oldLine: 2, newLine: null, text: 'line 2' },
      { type: 'added', oldLine: null, newLine: 2, text: 'line two' },
      { type: 'added', oldLine: null, newLine: 3, text: 'and a half' },
      { type: 'removed', oldLine: 19, newLine: null, text: 'line 19' },
    ]);
  });

  it('takes no line of a file for a header or a remark for a line', () => {
    expect(
      files()
        .get('dashes.sql')
        ?.hunks[0]?.lines.map(({ text }) => text),
    ).toEqual(['-- a comment', '++ not a header']);
    expect(files().get('no-newline.txt')?.hunks[0]?.lines).toHaveLength(2);
  });
});
