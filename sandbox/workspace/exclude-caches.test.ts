import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cloneRepository, switchClone } from './clone';
import { excludeCaches } from './exclude-caches';
import { Git } from './git';

let root: string;
let source: string;
let git: Git;

function sh(...args: string[]): string {
  const identity = ['-c', 'user.name=Someone', '-c', 'user.email=some@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: source, encoding: 'utf8' }).trim();
}

const request = (branch: string) => ({
  repository: { kind: 'local', name: 'repo', cloneUrl: source, needsCredentials: false } as const,
  ...{ baseBranch: 'main', branch, credentials: null },
});

function write(path: string, text = 'x'): void {
  mkdirSync(join(git.folder, path, '..'), { recursive: true });
  writeFileSync(join(git.folder, path), text);
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-caches-'));
  source = join(root, 'source');
  mkdirSync(join(source, 'src'), { recursive: true });
  sh('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(source, 'src/a.ts'), 'one\n');
  writeFileSync(join(source, 'package-lock.json'), '{}\n');
  sh('add', '-A');
  sh('commit', '--quiet', '-m', 'first');
  mkdirSync(join(root, 'work'));
  git = new Git(join(root, 'work/repo'), join(root, 'home'), '/usr/local/bin:/usr/bin:/bin');
  await cloneRepository(git, request('dispatch/first'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('what is in a cache is no change, also under an odd name, and what else is new still is', async () => {
  expect(await excludeCaches(git, ['.cache/build', 'odd [name]*'])).toEqual([]);
  for (const path of ['.cache/build/x', 'odd [name]*/y', 'odd n/z', 'new.txt']) write(path);
  const status = await git.text(['status', '--porcelain', '-z', '--untracked-files=all']);
  expect(status.split('\0').filter(Boolean).sort()).toEqual(['?? new.txt', '?? odd n/z']);
});

it('a folder with files of the repository is no cache: what is new in it is somebody’s work', async () => {
  expect(await excludeCaches(git, ['src', '.cache'])).toEqual(['src']);
  write('src/new.ts');
  expect(await git.text(['status', '--porcelain'])).toContain('?? src/new.ts');
});

it('is said once however often, follows what is named, and leaves people’s own lines', async () => {
  const file = join(git.folder, '.git/info/exclude');
  writeFileSync(file, '*.mine\n');
  await excludeCaches(git, ['one']);
  await excludeCaches(git, ['one', 'two']);
  expect(readFileSync(file, 'utf8').match(/one/g)).toHaveLength(1);
  await excludeCaches(git, []);
  expect(readFileSync(file, 'utf8')).toBe('*.mine\n');
});

it('a prebuilt clone that is switched keeps its caches and nothing else that is not the branch’s', async () => {
  await excludeCaches(git, ['.cache']);
  write('.cache/warm');
  write('left.txt');
  write('src/a.ts', 'changed by the build\n');
  writeFileSync(join(source, 'src/a.ts'), 'two\n');
  writeFileSync(join(source, 'package-lock.json'), '{"a":1}\n');
  sh('commit', '--quiet', '-am', 'second');
  expect(await switchClone(git, request('dispatch/second'))).toEqual(
    expect.arrayContaining(['package-lock.json', 'src/a.ts']),
  );
  expect(existsSync(join(git.folder, '.cache/warm'))).toBe(true);
  expect(existsSync(join(git.folder, 'left.txt'))).toBe(false);
  expect(readFileSync(join(git.folder, 'src/a.ts'), 'utf8')).toBe('two\n');
  expect((await git.text(['rev-parse', '--abbrev-ref', 'HEAD'])).trim()).toBe('dispatch/second');
  expect(await git.text(['status', '--porcelain'])).toBe('');
});
