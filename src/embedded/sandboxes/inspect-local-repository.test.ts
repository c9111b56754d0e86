import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectLocalRepository } from './inspect-local-repository';

const run = promisify(execFile);
const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];

let folder: string;
let repository: string;

const git = (...argv: string[]) => run('git', ['-C', repository, ...identity, ...argv]);
const commit = (message: string) => git('commit', '--quiet', '--allow-empty', '--message', message);

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'dispatch-inspect-')));
  repository = join(folder, 'project');
  await run('git', ['init', '--quiet', '--initial-branch', 'trunk', repository]);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a working tree says its branches and the one that it is on', async () => {
  await commit('first');
  await git('branch', 'feature/one');
  await git('tag', 'v1');
  expect(await inspectLocalRepository(repository)).toEqual({
    defaultBranch: 'trunk',
    branches: ['feature/one', 'trunk'],
    headCommit: (await git('rev-parse', 'trunk')).stdout.trim(),
  });
});

test('a bare repository, a linked working tree and a link to a folder are repositories', async () => {
  await commit('first');
  await run('git', ['clone', '--quiet', '--bare', repository, join(folder, 'bare.git')]);
  await git('worktree', 'add', '--quiet', join(folder, 'linked'), '-b', 'other');
  await symlink(repository, join(folder, 'link'));
  expect((await inspectLocalRepository(join(folder, 'bare.git'))).branches).toEqual(['trunk']);
  expect((await inspectLocalRepository(join(folder, 'linked'))).defaultBranch).toBe('other');
  expect((await inspectLocalRepository(join(folder, 'link'))).defaultBranch).toBe('trunk');
});

test('a detached HEAD, or one on a branch without a commit, falls back to a usual name', async () => {
  await commit('first');
  await git('branch', 'main');
  await git('checkout', '--quiet', '--detach');
  expect((await inspectLocalRepository(repository)).defaultBranch).toBe('main');
  await git('symbolic-ref', 'HEAD', 'refs/heads/unborn');
  expect((await inspectLocalRepository(repository)).defaultBranch).toBe('main');
});

test('programs that the repository names are not run', async () => {
  await commit('first');
  const trap = join(folder, 'trap');
  await writeFile(trap, `#!/bin/sh\ntouch ${folder}/ran\n`);
  await chmod(trap, 0o755);
  for (const name of ['core.fsmonitor', 'core.sshCommand', 'core.pager', 'core.editor', 'core.askPass']) {
    await git('config', name, trap);
  }
  await inspectLocalRepository(repository);
  await expect(access(join(folder, 'ran'))).rejects.toThrow();
});

describe('what is no repository to start from is refused, each with its reason', () => {
  test.each([
    ['bad_input', 'a relative path', () => 'project'],
    ['repository_not_found', 'a folder that does not exist', () => join(folder, 'nowhere')],
    ['repository_not_found', 'a file', () => join(repository, '.git', 'HEAD')],
    ['repository_not_found', 'a folder without git', () => folder],
    ['repository_not_found', 'a folder inside a repository', () => join(repository, 'src')],
    ['repository_empty', 'a repository without a commit', () => repository],
  ])('%s: %s', async (code, _what, path) => {
    await mkdir(join(repository, 'src'));
    await expect(inspectLocalRepository(path())).rejects.toMatchObject({ code });
  });
});
