import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLocalFile } from './read-local-file';

const run = promisify(execFile);
const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];

let repository: string;

const git = (...argv: string[]) => run('git', ['-C', repository, ...identity, ...argv]);
const read = (file: string, branch = 'main') => readLocalFile({ path: repository, branch, file });

async function commit(name: string, text: string): Promise<void> {
  await writeFile(join(repository, name), text);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', name);
}

beforeEach(async () => {
  repository = await realpath(await mkdtemp(join(tmpdir(), 'dispatch-read-')));
  await git('init', '--quiet', '--initial-branch', 'main');
});

afterEach(() => rm(repository, { recursive: true, force: true }));

test('a file is read as it was committed, not as it lies there', async () => {
  await commit('AGENTS.md', '# Rules\n');
  await writeFile(join(repository, 'AGENTS.md'), 'not committed');
  expect(await read('AGENTS.md')).toEqual({ text: '# Rules\n', isCut: false });
});

test('each branch has its own', async () => {
  await commit('AGENTS.md', 'of main');
  await git('checkout', '--quiet', '-b', 'next');
  await commit('AGENTS.md', 'of next');
  expect(await read('AGENTS.md')).toMatchObject({ text: 'of main' });
  expect(await read('AGENTS.md', 'next')).toMatchObject({ text: 'of next' });
});

test.each([
  ['a file that is not there', 'OTHER.md', 'main'],
  ['a branch that is not there', 'AGENTS.md', 'gone'],
  ['a name that git would take for more', ':(glob)*', 'main'],
  ['a link out of the repository', 'LINK.md', 'main'],
])('%s has no text', async (_name, file, branch) => {
  await commit('AGENTS.md', 'of main');
  await symlink('/etc/hostname', join(repository, 'LINK.md'));
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'a link');
  expect(await read(file, branch)).toEqual({ text: null, isCut: false });
});

test('a long file is shown to a point, and says so', async () => {
  await commit('AGENTS.md', 'x'.repeat(70_000));
  const { text, isCut } = await read('AGENTS.md');
  expect([text?.length, isCut]).toEqual([65_536, true]);
});

test('a folder that is no repository is refused', async () => {
  const reading = readLocalFile({ path: tmpdir(), branch: 'main', file: 'AGENTS.md' });
  await expect(reading).rejects.toMatchObject({ code: 'repository_not_found' });
});
