import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

let github: TestGitHub;
let token: string;
beforeAll(async () => {
  github = await startTestGitHub();
  token = await installationToken(github);
});
afterAll(() => github.remove());

let clones = 0;
async function clone(repository: string, as?: string, ...args: string[]): Promise<string> {
  clones += 1;
  const folder = join(github.workDir, `clone-${clones}`);
  await runTestGit(github.workDir, 'clone', '-q', ...args, gitUrl(github, repository, as), folder);
  return folder;
}

async function commitFile(folder: string, path: string, content: string | Buffer): Promise<string> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
  await runTestGit(folder, 'add', '-A');
  await runTestGit(folder, 'commit', '-qm', `Write ${path}`);
  return runTestGit(folder, 'rev-parse', 'HEAD');
}

const advertisement = (repository: string, service: string, authorization?: string) =>
  fetch(`${github.url}/${repository}.git/info/refs?service=git-${service}`, {
    headers: authorization ? { authorization } : {},
  });
const basic = (password: string) => `Basic ${Buffer.from(`x-access-token:${password}`).toString('base64')}`;

test('anyone may clone the public demo repository, and its own tests pass', async () => {
  const folder = await clone('acme/playground');
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({
    scripts: { test: 'node --test' },
  });
  expect(await readFile(join(folder, 'AGENTS.md'), 'utf8')).toContain('`npm test`');
  await promisify(execFile)(process.execPath, ['--test'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_ENV: 'test' },
  });
});

test('a private repository asks for a password and takes an installation token', async () => {
  await expect(clone('acme/web')).rejects.toThrow(/could not read Username/);
  expect((await advertisement('acme/web', 'upload-pack')).status).toBe(401);
  const folder = await clone('acme/web', token);
  expect(await runTestGit(folder, 'log', '--format=%an %s')).toBe('Ada Lovelace First version');
  await runTestGit(folder, 'fsck', '--strict');
});

test('a pushed branch is in the REST API with its files, binary and executable ones too', async () => {
  const folder = await clone('acme/web', token);
  await runTestGit(folder, 'checkout', '-qb', 'binary');
  await commitFile(folder, 'deep/er/data.bin', Buffer.from([0, 1, 2, 255]));
  await writeFile(join(folder, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(folder, 'run.sh'), 0o755);
  const sha = await commitFile(folder, 'ünïcode.txt', 'häß\n');
  await runTestGit(folder, 'push', '-q', 'origin', 'HEAD');

  const branch = await callApi(github, '/repos/acme/web/branches/binary', { token });
  expect(await branch.json()).toMatchObject({ commit: { sha } });
  const tree = await callApi(github, `/repos/acme/web/git/trees/${sha}?recursive=1`, { token });
  const { tree: entries } = (await tree.json()) as { tree: { path: string; mode: string }[] };
  expect(entries).toContainEqual(expect.objectContaining({ path: 'run.sh', mode: '100755' }));
  const file = await callApi(github, '/repos/acme/web/contents/deep/er/data.bin?ref=binary', { token });
  expect(await file.json()).toMatchObject({
    content: expect.stringContaining('AAEC/w==') as string,
    size: 4,
  });
});

test('what REST writes can be fetched, and is the same commit', async () => {
  const folder = await clone('acme/web', token);
  const { object } = (await (
    await callApi(github, '/repos/acme/web/git/ref/heads/main', { token })
  ).json()) as {
    object: { sha: string };
  };
  const put = await callApi(github, '/repos/acme/web/contents/a/b/NOTES.md', {
    token,
    method: 'PUT',
    body: { message: 'Notes', content: Buffer.from('x\n').toString('base64'), branch: 'main' },
  });
  const { commit } = (await put.json()) as { commit: { sha: string } };
  const body = { ref: 'refs/heads/from-rest', sha: commit.sha };
  expect((await callApi(github, '/repos/acme/web/git/refs', { token, method: 'POST', body })).status).toBe(
    201,
  );

  await runTestGit(folder, 'fetch', '-q');
  expect(await runTestGit(folder, 'rev-parse', 'origin/main', 'origin/from-rest', 'origin/main~1')).toBe(
    [commit.sha, commit.sha, object.sha].join('\n'),
  );
  expect(await runTestGit(folder, 'show', 'origin/main:a/b/NOTES.md')).toBe('x');
  await runTestGit(folder, 'fsck', '--strict');
});

test('force pushes with lease, tags and deleted branches arrive', async () => {
  const folder = await clone('acme/web', token);
  await runTestGit(folder, 'checkout', '-qb', 'rewritten');
  await commitFile(folder, 'one.txt', '1');
  await runTestGit(folder, 'push', '-q', 'origin', 'HEAD');
  await runTestGit(folder, 'commit', '-q', '--amend', '-m', 'Amended');
  await expect(runTestGit(folder, 'push', '-q', 'origin', 'HEAD')).rejects.toThrow(/non-fast-forward/);
  await runTestGit(folder, 'push', '-q', '--force-with-lease', 'origin', 'HEAD');
  await runTestGit(folder, 'tag', '-am', 'One', 'v1');
  await runTestGit(folder, 'push', '-q', 'origin', 'v1');
  await runTestGit(folder, 'push', '-q', 'origin', ':rewritten');

  expect((await callApi(github, '/repos/acme/web/branches/rewritten', { token })).status).toBe(404);
  const tag = await runTestGit(folder, 'rev-parse', 'v1');
  expect(await (await callApi(github, '/repos/acme/web/git/ref/tags/v1', { token })).json()).toMatchObject({
    object: { sha: tag, type: 'tag' },
  });
  const tagged = await callApi(github, '/repos/acme/web/commits/v1', { token });
  expect(await tagged.json()).toMatchObject({ commit: { message: 'Amended' } });
});

test('pushes and REST commits at the same moment all arrive, and git and REST agree', async () => {
  const folders = await Promise.all([1, 2, 3].map(() => clone('acme/web', token)));
  const pushes = folders.map(async (folder, index) => {
    await commitFile(folder, `at-once-${index}.txt`, 'x');
    await runTestGit(folder, 'push', '-q', 'origin', `HEAD:refs/heads/at-once-${index}`);
  });
  const writes = [1, 2, 3].map((index) =>
    callApi(github, `/repos/acme/web/contents/by-rest-${index}.txt`, {
      token,
      method: 'PUT',
      body: { message: `By REST ${index}`, content: 'eA==', branch: 'main' },
    }),
  );
  await Promise.all(pushes);
  expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([201, 201, 201]);

  const listed = await runTestGit(folders[0]!, 'ls-remote', '--heads', 'origin');
  const branches = await callApi(github, '/repos/acme/web/branches?per_page=100', { token });
  const rows = (await branches.json()) as { name: string; commit: { sha: string } }[];
  const fromRest = rows.map(({ name, commit }) => `${commit.sha}\trefs/heads/${name}`);
  expect(fromRest.sort()).toEqual(listed.split('\n').sort());
  expect(rows.filter(({ name }) => name.startsWith('at-once-'))).toHaveLength(3);
  const main = await clone('acme/web', token);
  expect(await runTestGit(main, 'ls-files', 'by-rest-*')).toBe('by-rest-1.txt\nby-rest-2.txt\nby-rest-3.txt');
});

test('a shallow clone without blobs works, as a sandbox makes it', async () => {
  const folder = await clone(
    'acme/playground',
    undefined,
    '--depth=1',
    '--filter=blob:none',
    '--no-checkout',
  );
  expect(await runTestGit(folder, 'rev-list', '--count', 'HEAD')).toBe('1');
});

test('a push of 300 files, which git sends compressed, comes through whole', async () => {
  const folder = await clone('acme/web', token);
  await runTestGit(folder, 'checkout', '-qb', 'many');
  for (let index = 0; index < 300; index += 1) {
    await mkdir(join(folder, `d${index % 20}`), { recursive: true });
    await writeFile(join(folder, `d${index % 20}`, `${index}.txt`), `${index}\n`.repeat(200));
  }
  await commitFile(folder, 'last.txt', 'last');
  await runTestGit(folder, 'push', '-q', 'origin', 'HEAD');
  const again = await clone('acme/web', token, '--branch=many');
  expect(await runTestGit(again, 'rev-parse', 'HEAD^{tree}')).toBe(
    await runTestGit(folder, 'rev-parse', 'HEAD^{tree}'),
  );
});

test('a token that may only read contents clones, but its push is refused', async () => {
  const readOnly = await installationToken(github, {
    permissions: { contents: 'read' },
    repositories: ['web'],
  });
  const folder = await clone('acme/web', readOnly);
  await commitFile(folder, 'no.txt', 'no');
  await expect(runTestGit(folder, 'push', 'origin', 'HEAD:refs/heads/no')).rejects.toThrow(/403/);
  expect((await advertisement('acme/web', 'receive-pack', basic(readOnly))).status).toBe(403);
  expect((await callApi(github, '/repos/acme/web/branches/no', { token })).status).toBe(404);
});

test('a token for one repository does not see another', async () => {
  const elsewhere = await installationToken(github, { repositories: ['playground'] });
  expect((await advertisement('acme/web', 'upload-pack', basic(elsewhere))).status).toBe(404);
  expect((await callApi(github, '/repos/acme/web', { token: elsewhere })).status).toBe(404);
  expect((await advertisement('acme/playground', 'upload-pack', basic(elsewhere))).status).toBe(200);
});

test.each([
  ['ada', 'admin', 200],
  ['ben', 'member', 200],
  ['carol', 'outsider', 404],
])('%s, %s, gets %i for a private repository', async (login, _role, status) => {
  const own = await userToken(github, login);
  expect((await advertisement('acme/web', 'receive-pack', basic(own))).status).toBe(status);
  expect((await callApi(github, '/repos/acme/web', { token: own })).status).toBe(status);
});

test('an outsider may read a public repository, and is told so, but not push to it', async () => {
  const own = await userToken(github, 'carol');
  const repository = await callApi(github, '/repos/acme/playground', { token: own });
  expect(await repository.json()).toMatchObject({ permissions: { pull: true, push: false, admin: false } });
  expect((await advertisement('acme/playground', 'receive-pack', basic(own))).status).toBe(403);
});

test('an unknown and a revoked token are refused', async () => {
  const revoked = await installationToken(github);
  await callApi(github, '/installation/token', { token: revoked, method: 'DELETE' });
  for (const bad of ['ghs_unknown', revoked]) {
    expect((await callApi(github, '/user', { token: bad })).status).toBe(401);
    expect((await callApi(github, '/repos/acme/playground', { token: bad })).status).toBe(401);
    expect((await advertisement('acme/playground', 'upload-pack', basic(bad))).status).toBe(401);
  }
  expect((await fetch(`${github.url}/user`, { headers: { authorization: basic('nonsense') } })).status).toBe(
    401,
  );
});

test('a repository that does not exist is not found, by git and by REST', async () => {
  expect((await advertisement('acme/nothing', 'upload-pack', basic(token))).status).toBe(404);
  expect((await callApi(github, '/repos/acme/nothing', { token })).status).toBe(404);
  expect((await callApi(github, '/repos/acme/nothing')).status).toBe(404);
  await expect(clone('acme/nothing', token)).rejects.toThrow(/not found/);
});

test('without a token a missing repository looks like a private one', async () => {
  expect((await advertisement('acme/nothing', 'upload-pack')).status).toBe(401);
  expect((await callApi(github, '/repos/acme/web')).status).toBe(404);
});

test('the heads of pull requests can not be pushed to', async () => {
  const folder = await clone('acme/web', token);
  await expect(runTestGit(folder, 'push', 'origin', 'HEAD:refs/pull/1/head')).rejects.toThrow(/hidden ref/);
});

test('the first branch pushed to an empty repository becomes its default', async () => {
  const own = await userToken(github, 'ada');
  const created = await callApi(github, '/orgs/acme/repos', {
    token: own,
    method: 'POST',
    body: { name: 'fresh' },
  });
  expect(created.status).toBe(201);
  const folder = await clone('acme/web', token);
  await runTestGit(folder, 'push', '-q', gitUrl(github, 'acme/fresh', own), 'HEAD:refs/heads/trunk');
  expect(await (await callApi(github, '/repos/acme/fresh', { token: own })).json()).toMatchObject({
    default_branch: 'trunk',
  });
  expect(await runTestGit(await clone('acme/fresh'), 'branch', '--show-current')).toBe('trunk');
});
