import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BootResponse } from '@/domain/wire/bridge';
import { ownEnvironment } from '../supervisor/environment';
import { cloneRepository, isCloned } from './clone';
import { listChanges, makeBundle, makePatch } from './describe-change';
import { Git } from './git';
import { restoreBundle } from './restore-bundle';
import { saveWork, setAuthor } from './save-work';

const AUTHOR = { name: 'Ada Lovelace', email: 'ada@example.com' };
const BRANCH = 'dispatch/first-session';
let root: string;
let source: string;

function sh(cwd: string, ...args: string[]): string {
  const env = { ...ownEnvironment(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const identity = ['-c', 'user.name=Someone', '-c', 'user.email=some@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd, env, encoding: 'utf8' }).trim();
}

function workspace(name = 'work'): Git {
  mkdirSync(join(root, name), { recursive: true });
  return new Git(join(root, name, 'repo'), join(root, 'home'), ownEnvironment()['PATH'] ?? '');
}

function local(cloneUrl: string): BootResponse['repository'] {
  return { kind: 'local', name: 'repo', cloneUrl, needsCredentials: false };
}

async function clone(git: Git, change: { cloneUrl?: string; baseBranch?: string } = {}): Promise<void> {
  const repository = local(change.cloneUrl ?? source);
  const baseBranch = change.baseBranch ?? 'main';
  await cloneRepository(git, { repository, baseBranch, branch: BRANCH, credentials: null });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-workspace-'));
  source = join(root, 'source');
  mkdirSync(source);
  sh(source, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(source, 'README.md'), 'hello\n');
  writeFileSync(join(source, '.gitignore'), 'node_modules/\n');
  sh(source, 'add', '-A');
  sh(source, 'commit', '--quiet', '-m', 'first');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('cloning', () => {
  test('checks a branch of its own out and leaves the source alone', async () => {
    const git = workspace();
    await clone(git);
    expect(isCloned(git.folder)).toBe(true);
    expect(sh(git.folder, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
    expect(sh(source, 'branch', '--list')).toBe('* main');
  });

  test.each([
    ['a path where nothing is', () => ({ cloneUrl: join(root, 'nowhere') }), 'repository_not_found'],
    ['a folder that is no repository', () => ({ cloneUrl: root }), 'repository_not_found'],
    ['a branch that is not there', () => ({ baseBranch: 'nope' }), 'branch_missing'],
    ['an ssh address', () => ({ cloneUrl: 'ssh://git@127.0.0.1/x' }), 'address_refused'],
    [
      'an address of another host without TLS',
      () => ({ cloneUrl: 'http://example.com/x' }),
      'address_refused',
    ],
    ['a transport that runs a command', () => ({ cloneUrl: 'ext::sh -c touch% pwned' }), 'address_refused'],
    ['a port where nobody listens', () => ({ cloneUrl: 'http://127.0.0.1:9/x' }), 'repository_unreachable'],
  ])('says what is wrong with %s', async (_what, change, code) => {
    const git = workspace();
    await expect(clone(git, change())).rejects.toMatchObject({ code });
    expect(existsSync(git.folder)).toBe(false);
  });

  test('says that a repository is empty', async () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    sh(empty, 'init', '--quiet');
    await expect(clone(workspace(), { cloneUrl: empty })).rejects.toMatchObject({ code: 'repository_empty' });
  });

  test('a path is refused for a repository that is not of this machine', async () => {
    const repository = { ...local(source), kind: 'git' as const };
    const request = { repository, baseBranch: 'main', branch: BRANCH, credentials: null };
    await expect(cloneRepository(workspace(), request)).rejects.toMatchObject({ code: 'address_refused' });
  });

  test('a hook and a monitor that the agent set up do not run in our git', async () => {
    const git = workspace();
    await clone(git);
    const trap = join(root, 'trap.sh');
    const mark = join(root, 'trapped');
    writeFileSync(trap, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    sh(git.folder, 'config', 'core.fsmonitor', trap);
    sh(git.folder, 'config', 'diff.external', trap);
    writeFileSync(join(git.folder, '.git/hooks/post-commit'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    writeFileSync(join(git.folder, 'new.txt'), 'x');
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message: 'add' });
    expect(await makePatch(git, work)).not.toBeNull();
    expect(existsSync(mark)).toBe(false);
  });
});

describe('saving work', () => {
  test('commits the tree as the prompt’s author with the agent beside, and honours .gitignore', async () => {
    const git = workspace();
    await clone(git);
    mkdirSync(join(git.folder, 'node_modules'));
    writeFileSync(join(git.folder, 'node_modules/x'), 'x');
    writeFileSync(join(git.folder, 'ü "1".txt'), 'new\n');
    appendFileSync(join(git.folder, 'README.md'), 'more\n');
    const message = '\n  Fix the login test\nand do it well';
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message });
    expect(sh(git.folder, 'log', '-1', '--format=%an <%ae>|%cn|%s|%(trailers:only)')).toBe(
      'Ada Lovelace <ada@example.com>|Dispatch agent|Fix the login test|Co-authored-by: Dispatch agent <agent@dispatch.invalid>',
    );
    expect(await listChanges(git, work)).toEqual([
      { path: 'README.md', status: 'modified', additions: 1, deletions: 0, binary: false },
      { path: 'ü "1".txt', status: 'added', additions: 1, deletions: 0, binary: false },
    ]);
    expect(sh(git.folder, 'status', '--porcelain')).toBe('');
  });

  test('makes no commit when nothing changed', async () => {
    const git = workspace();
    await clone(git);
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message: 'nothing' });
    expect(work.headSha).toBe(work.baseSha);
    expect(await makeBundle(git, { ...work, branch: BRANCH })).toBeNull();
    expect(await makePatch(git, work)).toBeNull();
  });

  test('lists renames, deletions and binary files', async () => {
    writeFileSync(join(source, 'long.txt'), 'line\n'.repeat(50));
    writeFileSync(join(source, 'gone.txt'), 'x\n');
    sh(source, 'add', '-A');
    sh(source, 'commit', '--quiet', '-m', 'more');
    const git = workspace();
    await clone(git);
    sh(git.folder, 'mv', 'long.txt', 'moved.txt');
    rmSync(join(git.folder, 'gone.txt'));
    writeFileSync(join(git.folder, 'picture.bin'), Buffer.from([0, 1, 2, 0]));
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message: 'move' });
    expect(await listChanges(git, work)).toEqual([
      { path: 'gone.txt', status: 'deleted', additions: 0, deletions: 1, binary: false },
      { path: 'moved.txt', status: 'renamed', additions: 0, deletions: 0, binary: false },
      { path: 'picture.bin', status: 'added', additions: 0, deletions: 0, binary: true },
    ]);
  });

  test('commits that the agent made itself carry the author and count as the session’s work', async () => {
    const git = workspace();
    await clone(git);
    await setAuthor(git, AUTHOR);
    writeFileSync(join(git.folder, 'a.txt'), 'a\n');
    execFileSync('git', ['add', '-A'], { cwd: git.folder });
    execFileSync('git', ['commit', '--quiet', '-m', 'mine'], { cwd: git.folder });
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message: 'x' });
    expect(sh(git.folder, 'log', '-1', '--format=%an|%s')).toBe('Ada Lovelace|mine');
    expect((await listChanges(git, work)).map((file) => file.path)).toEqual(['a.txt']);
  });

  test('in the middle of a merge the tree is kept beside the branch, and comes back from the bundle', async () => {
    const git = workspace();
    await clone(git);
    sh(git.folder, 'checkout', '--quiet', '-b', 'other');
    writeFileSync(join(git.folder, 'README.md'), 'theirs\n');
    sh(git.folder, 'commit', '--quiet', '-am', 'theirs');
    sh(git.folder, 'checkout', '--quiet', BRANCH);
    writeFileSync(join(git.folder, 'README.md'), 'ours\n');
    sh(git.folder, 'commit', '--quiet', '-am', 'ours');
    expect(() => sh(git.folder, 'merge', 'other')).toThrow();
    const head = sh(git.folder, 'rev-parse', 'HEAD');
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message: 'x' });
    expect(sh(git.folder, 'rev-parse', BRANCH)).toBe(head);
    expect(work.headSha).not.toBe(head);

    const bundle = await makeBundle(git, { ...work, branch: BRANCH });
    const file = join(root, 'work.bundle');
    writeFileSync(file, bundle!);
    const fresh = workspace('second');
    await clone(fresh);
    await restoreBundle(fresh, { file, branch: BRANCH });
    expect(sh(fresh.folder, 'rev-parse', 'HEAD')).toBe(head);
    expect(readFileSync(join(fresh.folder, 'README.md'), 'utf8')).toContain('<<<<<<<');
  });

  /** The work of a session that added a file, and the bundle that it is stored as. */
  async function bundledFile() {
    const git = workspace();
    await clone(git);
    writeFileSync(join(git.folder, 'new.txt'), 'new\n');
    const work = await saveWork(git, { branch: BRANCH, author: AUTHOR, message: 'add a file' });
    const file = join(root, 'work.bundle');
    writeFileSync(file, (await makeBundle(git, { ...work, branch: BRANCH }))!);
    return { work, file };
  }

  test('a bundle brings a fresh clone to the session’s work although the base moved on', async () => {
    const { work, file } = await bundledFile();
    writeFileSync(join(source, 'later.txt'), 'later\n');
    sh(source, 'add', '-A');
    sh(source, 'commit', '--quiet', '-m', 'later');

    const fresh = workspace('second');
    await clone(fresh);
    await restoreBundle(fresh, { file, branch: BRANCH });
    const restored = await saveWork(fresh, { branch: BRANCH, author: AUTHOR, message: 'x' });
    expect(restored).toEqual(work);
  });

  test('a fork has the work of another session under a branch of its own', async () => {
    const { work, file } = await bundledFile();

    const fork = workspace('fork');
    await clone(fork);
    await restoreBundle(fork, { file, branch: 'dispatch/fork', storedAs: BRANCH });
    expect(sh(fork.folder, 'rev-parse', 'dispatch/fork')).toBe(work.headSha);
    expect(sh(fork.folder, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('dispatch/fork');
    expect(readFileSync(join(fork.folder, 'new.txt'), 'utf8')).toBe('new\n');
  });

  test('a bundle that is none is an error, not a session without its work', async () => {
    const git = workspace();
    await clone(git);
    const file = join(root, 'broken.bundle');
    writeFileSync(file, 'no bundle');
    await expect(restoreBundle(git, { file, branch: BRANCH })).rejects.toMatchObject({
      code: 'work_not_restored',
    });
  });
});
