import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { fetchBundle } from './fetch-bundle';

const folder = mkdtempSync(join(tmpdir(), 'dispatch-fetch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
let mine: string;
let theirs: string;
let baseSha: string;

const git = (cwd: string, ...words: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
    ...{ cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  }).trim();

function commit(cwd: string, text: string): string {
  writeFileSync(join(cwd, 'file'), text);
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-qm', text);
  return git(cwd, 'rev-parse', 'HEAD');
}

/** What a sandbox keeps of a session: its branch, and the tree that was not committed. */
function bundle(): { content: Buffer; theirs: string; branch: string; baseSha: string } {
  const file = join(theirs, '.git', 'out.bundle');
  git(
    theirs,
    'bundle',
    'create',
    '-q',
    file,
    'refs/heads/session',
    'refs/dispatch/uncommitted',
    `^${baseSha}`,
  );
  return { content: readFileSync(file), theirs: 'session', branch: 'session', baseSha };
}

beforeEach(() => {
  count += 1;
  [mine, theirs] = [join(folder, `mine-${count}`), join(folder, `theirs-${count}`)];
  git(folder, 'init', '-q', '-b', 'main', mine);
  baseSha = commit(mine, 'base');
  git(folder, 'clone', '-q', mine, theirs);
  git(theirs, 'checkout', '-qb', 'session');
  commit(theirs, 'committed');
  const sha = commit(theirs, 'not committed');
  git(theirs, 'update-ref', 'refs/dispatch/uncommitted', sha);
  git(theirs, 'reset', '-q', '--hard', 'HEAD~1');
});

it('brings the commits on a branch, and what was not committed into the files only', async () => {
  expect(await fetchBundle(mine, bundle())).toEqual({ hasUncommitted: true });
  expect(git(mine, 'rev-parse', 'HEAD')).toBe(git(theirs, 'rev-parse', 'session'));
  expect(readFileSync(join(mine, 'file'), 'utf8')).toBe('not committed');
  expect(git(mine, 'status', '--porcelain')).toBe('M file');
});

it('leaves a branch of that name alone that has commits of its own', async () => {
  git(mine, 'checkout', '-qb', 'session');
  const own = commit(mine, 'my own work');
  await expect(fetchBundle(mine, bundle())).rejects.toMatchObject({ code: 'conflict' });
  expect(git(mine, 'rev-parse', 'session')).toBe(own);
  expect(readFileSync(join(mine, 'file'), 'utf8')).toBe('my own work');
});

it('says what to do in a checkout that has not what the session began at', async () => {
  const other = join(folder, `other-${count}`);
  git(folder, 'init', '-q', other);
  await expect(fetchBundle(other, bundle())).rejects.toThrow(/Run git fetch/);
});
