import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  decodeCommit,
  decodeTag,
  decodeTree,
  encodeCommit,
  encodeTree,
  frameObject,
  objectId,
} from './git-objects';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-objects-'));
  execFileSync('git', ['init', '-q', '--bare', folder]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What git itself calls this object; it refuses what is not well formed. */
const gitId = (type: string, content: Buffer) =>
  execFileSync('git', ['hash-object', '-w', '-t', type, '--stdin'], { cwd: folder, input: content })
    .toString()
    .trim();

const BLOB = { mode: '100644', type: 'blob' } as const;

test('a tree is sorted as git sorts it, folders as if they ended in a slash', () => {
  const sha = gitId('blob', Buffer.from('x'));
  const inner = gitId('tree', encodeTree([{ ...BLOB, path: 'x', sha }]));
  const entries = [
    { path: 'foo', mode: '040000', type: 'tree', sha: inner },
    { ...BLOB, path: 'foo.txt', sha },
    { ...BLOB, path: 'foo-bar', sha },
    { ...BLOB, path: 'ü', mode: '100755', sha },
  ] as const;
  const content = encodeTree(entries);
  expect(objectId(frameObject('tree', content))).toBe(gitId('tree', content));
  expect(decodeTree(content).map(({ path }) => path)).toEqual(['foo-bar', 'foo.txt', 'foo', 'ü']);
  expect(decodeTree(content)).toEqual(expect.arrayContaining([...entries]));
});

test.each(['+00:00', '+05:30', '-09:30'])('a commit written at %s is the same after a round trip', (zone) => {
  const commit = {
    message: 'Subject\n\nBody with ünïcode',
    author_name: 'Ada Lovelace',
    author_email: 'ada@acme.test',
    author_date: `2026-01-05T09:00:00${zone}`,
    committer_name: 'Ben',
    committer_email: '',
    committer_date: `2026-01-05T10:00:01${zone}`,
    tree_sha: gitId('tree', Buffer.alloc(0)),
    parent_shas: [],
  };
  const content = encodeCommit(commit);
  expect(objectId(frameObject('commit', content))).toBe(gitId('commit', content));
  expect(decodeCommit(content)).toEqual(commit);
});

test('a signed commit is read past its signature', () => {
  const content = Buffer.from(
    'tree aaaa\nparent bbbb\nparent cccc\nauthor A <a@b> 1767603600 +0000\n' +
      'committer A <a@b> 1767603600 +0000\ngpgsig -----BEGIN\n parent not-one\n -----END\n\nMessage\n',
  );
  expect(decodeCommit(content)).toMatchObject({ parent_shas: ['bbbb', 'cccc'], message: 'Message' });
});

test('a tag names what it is on', () => {
  const content = Buffer.from('object aaaa\ntype commit\ntag v1\ntagger A <a@b> 1767603600 +0100\n\nOne\n');
  expect(decodeTag(content)).toEqual({
    tag: 'v1',
    message: 'One',
    tagger_name: 'A',
    tagger_email: 'a@b',
    tagger_date: '2026-01-05T10:00:00+01:00',
    object_type: 'commit',
    object_sha: 'aaaa',
  });
});
