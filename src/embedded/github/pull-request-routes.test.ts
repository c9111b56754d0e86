import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  callApi,
  gitUrl,
  installationToken,
  runTestGit,
  startTestGitHub,
  userToken,
  type TestGitHub,
} from '@/testing/emulated-github';

interface Pull {
  readonly number: number;
  readonly head: { readonly sha: string };
  readonly [field: string]: unknown;
}

let github: TestGitHub;
let token: string;
let folder: string;
beforeAll(async () => {
  github = await startTestGitHub();
  token = await installationToken(github);
  folder = join(github.workDir, 'web');
  await runTestGit(github.workDir, 'clone', '-q', gitUrl(github, 'acme/web', token), folder);
});
afterAll(() => github.remove());

const api = (path: string, method = 'GET', body?: object) =>
  callApi(github, `/repos/acme/web${path}`, { token, method, ...(body ? { body } : {}) });

/** Pushes a branch from the newest main with one changed file. */
async function pushBranch(branch: string, path: string, content: string): Promise<string> {
  await runTestGit(folder, 'fetch', '-q');
  await runTestGit(folder, 'checkout', '-q', '-B', branch, 'origin/main');
  return pushCommit(path, content);
}

async function pushCommit(path: string, content: string): Promise<string> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
  await runTestGit(folder, 'add', '-A');
  await runTestGit(folder, 'commit', '-qm', `Write ${path}`);
  await runTestGit(folder, 'push', '-q', 'origin', 'HEAD');
  return runTestGit(folder, 'rev-parse', 'HEAD');
}

const writeOnMain = (path: string, content: string) =>
  api(`/contents/${path}`, 'PUT', {
    message: `Write ${path}`,
    content: Buffer.from(content).toString('base64'),
    branch: 'main',
  });

async function open(head: string, title = head): Promise<Pull> {
  const response = await api('/pulls', 'POST', { head, base: 'main', title });
  expect(response.status).toBe(201);
  return (await response.json()) as Pull;
}

const fileOnMain = async (path: string) => {
  await runTestGit(folder, 'fetch', '-q');
  return runTestGit(folder, 'show', `origin/main:${path}`);
};

test('a new pull request has its real counts, files, commits and diff', async () => {
  const sha = await pushBranch('counts', 'src/a.js', 'one\ntwo\n');
  const pull = await open('counts');
  expect(pull).toMatchObject({ commits: 1, additions: 2, deletions: 0, changed_files: 1, mergeable: true });
  const files = await api(`/pulls/${pull.number}/files`);
  expect(await files.json()).toMatchObject([{ filename: 'src/a.js', status: 'added', additions: 2 }]);
  const commits = await api(`/pulls/${pull.number}/commits`);
  expect(await commits.json()).toMatchObject([{ sha, commit: { message: 'Write src/a.js' } }]);
  const diff = await fetch(`${github.url}/repos/acme/web/pulls/${pull.number}`, {
    headers: { authorization: `token ${token}`, accept: 'application/vnd.github.diff' },
  });
  expect(await diff.text()).toContain('+++ b/src/a.js\n@@ -0,0 +1,2 @@\n+one\n+two');
});

test('a pull request follows pushes to its branch, and its head can be fetched', async () => {
  const first = await pushBranch('follows', 'f.txt', '1\n');
  const pull = await open('follows');
  expect(pull.head.sha).toBe(first);
  const second = await pushCommit('g.txt', '2\n');
  const now = (await (await api(`/pulls/${pull.number}`)).json()) as Pull;
  expect(now).toMatchObject({ head: { sha: second }, commits: 2, changed_files: 2 });
  const listed = await runTestGit(folder, 'ls-remote', 'origin', `refs/pull/${pull.number}/head`);
  expect(listed).toContain(second);
});

test.each(['merge', 'squash'] as const)('a %s keeps what landed on main meanwhile', async (merge_method) => {
  await pushBranch(`keeps-${merge_method}`, `${merge_method}-branch.txt`, 'branch\n');
  const pull = await open(`keeps-${merge_method}`, 'Keep both');
  await writeOnMain(`${merge_method}-main.txt`, 'main\n');
  const merged = await api(`/pulls/${pull.number}/merge`, 'PUT', { merge_method });
  expect(merged.status).toBe(200);
  const { sha } = (await merged.json()) as { sha: string };

  expect(await fileOnMain(`${merge_method}-branch.txt`)).toBe('branch');
  expect(await fileOnMain(`${merge_method}-main.txt`)).toBe('main');
  expect(await runTestGit(folder, 'rev-parse', 'origin/main')).toBe(sha);
  const title =
    merge_method === 'squash' ? `Keep both (#${pull.number})` : `Merge pull request #${pull.number} from`;
  expect(await runTestGit(folder, 'log', '-1', '--format=%s', 'origin/main')).toContain(title);
  const parents = await runTestGit(folder, 'log', '-1', '--format=%P', 'origin/main');
  expect(parents.split(' ')).toHaveLength(merge_method === 'squash' ? 1 : 2);
  expect(await (await api(`/pulls/${pull.number}`)).json()).toMatchObject({
    merged: true,
    state: 'closed',
    merge_commit_sha: sha,
  });
  await runTestGit(folder, 'fsck', '--strict');
});

test('a conflict shows before it is tried, and the merge is refused', async () => {
  await pushBranch('conflict', 'same.txt', 'branch\n');
  const pull = await open('conflict');
  await writeOnMain('same.txt', 'main\n');
  expect(await (await api(`/pulls/${pull.number}`)).json()).toMatchObject({
    mergeable: false,
    mergeable_state: 'dirty',
  });
  const refused = await api(`/pulls/${pull.number}/merge`, 'PUT', {});
  expect(refused.status).toBe(405);
  expect(await fileOnMain('same.txt')).toBe('main');
});

test('a merge of a head that has moved on is refused', async () => {
  const old = await pushBranch('moved', 'moved.txt', '1\n');
  const pull = await open('moved');
  await pushCommit('moved.txt', '2\n');
  expect((await api(`/pulls/${pull.number}/merge`, 'PUT', { sha: old })).status).toBe(409);
});

test('updating a branch merges main into it', async () => {
  await pushBranch('stale', 'stale.txt', 'stale\n');
  const pull = await open('stale');
  await writeOnMain('newer.txt', 'newer\n');
  expect((await api(`/pulls/${pull.number}/update-branch`, 'PUT', {})).status).toBe(202);
  await runTestGit(folder, 'pull', '-q', 'origin', 'stale');
  expect(await runTestGit(folder, 'show', 'HEAD:newer.txt')).toBe('newer');
  expect(await runTestGit(folder, 'show', 'HEAD:stale.txt')).toBe('stale');
  const now = (await (await api(`/pulls/${pull.number}`)).json()) as Pull;
  expect(now.head.sha).toBe(await runTestGit(folder, 'rev-parse', 'HEAD'));
});

test('opening what can not be one is refused in the words of GitHub', async () => {
  await pushBranch('twice', 'twice.txt', '1\n');
  await open('twice');
  const message = async (head: string) => {
    const response = await api('/pulls', 'POST', { head, base: 'main', title: 'x' });
    expect(response.status).toBe(422);
    return JSON.stringify(await response.json());
  };
  expect(await message('acme:twice')).toContain('A pull request already exists for acme:twice.');
  expect(await message('no-such-branch')).toContain('"field":"head"');
  await runTestGit(folder, 'push', '-q', 'origin', 'origin/main:refs/heads/empty');
  expect(await message('empty')).toContain('No commits between main and empty');
  expect((await api('/branches/no-such-branch')).status).toBe(404);
});

test('a pull request is opened as the user whose token it was, and edited', async () => {
  await pushBranch('as-ada', 'ada.txt', '1\n');
  const own = await userToken(github, 'ada');
  const body = { head: 'as-ada', base: 'main', title: 'By Ada' };
  const opened = await callApi(github, '/repos/acme/web/pulls', { token: own, method: 'POST', body });
  const pull = (await opened.json()) as Pull;
  expect(pull).toMatchObject({ user: { login: 'ada' }, title: 'By Ada' });
  const edited = await api(`/pulls/${pull.number}`, 'PATCH', { title: 'Better', state: 'closed' });
  expect(await edited.json()).toMatchObject({ title: 'Better', state: 'closed', additions: 1 });
});

test('commit statuses add up', async () => {
  const sha = await pushBranch('statuses', 'status.txt', '1\n');
  const combined = async () => (await (await api(`/commits/${sha}/status`)).json()) as { state: string };
  expect(await combined()).toMatchObject({ state: 'pending', total_count: 0 });
  await api(`/statuses/${sha}`, 'POST', { state: 'pending', context: 'ci' });
  await api(`/statuses/${sha}`, 'POST', { state: 'success', context: 'ci' });
  expect(await combined()).toMatchObject({ state: 'success', total_count: 1 });
  await api(`/statuses/${sha}`, 'POST', { state: 'failure', context: 'lint' });
  expect(await combined()).toMatchObject({ state: 'failure', total_count: 2 });
});
