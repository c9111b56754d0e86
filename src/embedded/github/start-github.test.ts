import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  appJwt,
  authorizeUrl,
  callApi,
  gitUrl,
  installationToken,
  runTestGit,
  startTestGitHub,
  userToken,
  type TestGitHub,
} from '@/testing/emulated-github';
import { signInAs } from '@/embedded/github/sign-in-as';

let github: TestGitHub;
afterEach(() => github.remove());

async function pushFile(repository: string, token: string, path: string): Promise<string> {
  const folder = join(github.workDir, 'pushed');
  await runTestGit(github.workDir, 'clone', '-q', gitUrl(github, repository, token), folder);
  await runTestGit(folder, 'checkout', '-qb', 'work');
  await writeFile(join(folder, path), 'kept\n');
  await runTestGit(folder, 'add', '-A');
  await runTestGit(folder, 'commit', '-qm', 'Keep me');
  await runTestGit(folder, 'push', '-q', 'origin', 'HEAD');
  return runTestGit(folder, 'rev-parse', 'HEAD');
}

test('a restart keeps pushes, REST commits, pull requests, issues, accounts, tokens and the key', async () => {
  github = await startTestGitHub();
  const { appPrivateKeyPem } = github;
  const [installation, ada] = [await installationToken(github), await userToken(github, 'ada')];
  const sha = await pushFile('acme/web', ada, 'kept.txt');
  const token = ada;
  const content = Buffer.from('rest\n').toString('base64');
  const put = await callApi(github, '/repos/acme/web/contents/rest.txt', {
    token,
    method: 'PUT',
    body: { message: 'By REST', content },
  });
  const { commit } = (await put.json()) as { commit: { sha: string } };
  const body = { title: 'Keep', head: 'work', base: 'main' };
  const opened = await callApi(github, '/repos/acme/web/pulls', { token, method: 'POST', body });
  expect(opened.status).toBe(201);
  await callApi(github, '/repos/acme/web/issues', { token, method: 'POST', body: { title: 'Still here' } });
  await callApi(github, '/orgs/acme/repos', {
    token,
    method: 'POST',
    body: { name: 'made', auto_init: true },
  });
  const user = await (await callApi(github, '/user', { token })).text();

  const url = github.url;
  github = await github.restart();
  expect(github.appPrivateKeyPem).toBe(appPrivateKeyPem);
  expect((await callApi(github, '/app', { token: appJwt(github) })).status).toBe(200);
  const again = await callApi(github, '/user', { token });
  expect(await again.text()).toBe(user.replaceAll(url, github.url));
  expect((await callApi(github, '/installation/repositories', { token: installation })).status).toBe(200);
  expect(await (await callApi(github, '/repos/acme/web/branches/work', { token })).json()).toMatchObject({
    commit: { sha },
  });
  const file = await callApi(github, '/repos/acme/web/contents/rest.txt', { token });
  expect(await file.json()).toMatchObject({ content: expect.stringContaining(content) as string });
  expect(await (await callApi(github, '/repos/acme/web/pulls/1', { token })).json()).toMatchObject({
    title: 'Keep',
    user: { login: 'ada' },
    head: { sha },
    base: { sha: commit.sha },
    changed_files: 1,
  });
  expect(await (await callApi(github, '/repos/acme/web/issues/2', { token })).json()).toMatchObject({
    title: 'Still here',
  });
  const fetched = await runTestGit(
    join(github.workDir, 'pushed'),
    'ls-remote',
    gitUrl(github, 'acme/web', token),
  );
  expect(fetched).toContain(`${sha}\trefs/heads/work`);
  expect(fetched).toContain(`${commit.sha}\trefs/heads/main`);
  expect(await runTestGit(github.workDir, 'ls-remote', gitUrl(github, 'acme/made'))).toContain(
    'refs/heads/main',
  );

  const merged = await callApi(github, '/repos/acme/web/pulls/1/merge', { token, method: 'PUT', body: {} });
  expect(merged.status).toBe(200);
});

test('the demo repository is made at the first start only', async () => {
  github = await startTestGitHub();
  const token = await userToken(github, 'ada');
  const branches = async () => runTestGit(github.workDir, 'ls-remote', gitUrl(github, 'acme/playground'));
  const first = await branches();
  github = await github.restart();
  expect(await branches()).toBe(first);

  await callApi(github, '/repos/acme/playground', { token, method: 'DELETE' });
  expect(existsSync(join(github.dataDir, 'repositories/acme/playground.git'))).toBe(false);
  github = await github.restart();
  expect((await callApi(github, '/repos/acme/playground')).status).toBe(404);
  expect((await callApi(github, '/repos/acme/web', { token })).status).toBe(200);
});

test('a restart with another address of the application registers that one', async () => {
  github = await startTestGitHub();
  github = await github.restart({ appUrl: 'http://127.0.0.1:2' });
  expect(await signInAs(authorizeUrl(github), 'ada')).toContain(
    'http://127.0.0.1:2/api/auth/callback/github?code=',
  );
  await expect(signInAs(authorizeUrl(github, 'http://127.0.0.1:1'), 'ada')).rejects.toThrow('redirect_uri');
});

test('pushes and REST commits survive even if the process is killed before the state is saved', async () => {
  github = await startTestGitHub();
  const statePath = join(github.dataDir, 'state.json');
  const before = await readFile(statePath);
  const token = await userToken(github, 'ben');
  const sha = await pushFile('acme/playground', token, 'kept.txt');
  const put = await callApi(github, '/repos/acme/playground/contents/rest.txt', {
    token,
    method: 'PUT',
    body: { message: 'By REST', content: Buffer.from('rest\n').toString('base64') },
  });
  const { commit } = (await put.json()) as { commit: { sha: string } };
  await github.close();
  await writeFile(statePath, before);
  github = await github.restart();
  const tipOf = async (branch: string): Promise<unknown> =>
    (await callApi(github, `/repos/acme/playground/branches/${branch}`)).json();
  expect(await tipOf('work')).toMatchObject({ commit: { sha } });
  expect(await tipOf('main')).toMatchObject({ commit: { sha: commit.sha } });
});

test('a renamed repository is found under its new name by git too', async () => {
  github = await startTestGitHub();
  const token = await userToken(github, 'ada');
  const head = await runTestGit(github.workDir, 'ls-remote', gitUrl(github, 'acme/playground'), 'HEAD');
  await callApi(github, '/repos/acme/playground', { token, method: 'PATCH', body: { name: 'renamed' } });
  expect(await runTestGit(github.workDir, 'ls-remote', gitUrl(github, 'acme/renamed'), 'HEAD')).toBe(head);
  github = await github.restart();
  expect(await runTestGit(github.workDir, 'ls-remote', gitUrl(github, 'acme/renamed'), 'HEAD')).toBe(head);
});

test('it listens on loopback alone, and its secrets are for their owner alone', async () => {
  github = await startTestGitHub();
  expect(new URL(github.url).host).toBe(`127.0.0.1:${github.port}`);
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of outside) {
    await expect(fetch(`http://${address}:${github.port}/meta`)).rejects.toThrow('fetch failed');
  }
  expect((await stat(join(github.dataDir, 'state.json'))).mode & 0o077).toBe(0);
});

test('a taken port and a damaged state file are said, and leave nothing running', async () => {
  github = await startTestGitHub();
  await expect(startTestGitHub({ port: github.port })).rejects.toThrow(/EADDRINUSE/);
  await github.close();
  await writeFile(join(github.dataDir, 'state.json'), '{"format":');
  await expect(github.restart()).rejects.toThrow(/state[.]json can't be read: delete it/);
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(github.port, '127.0.0.1', resolve);
  });
  probe.close();
});

test('two on one machine do not know each other', async () => {
  const [first, second] = await Promise.all([startTestGitHub(), startTestGitHub()]);
  github = first;
  try {
    const token = await userToken(first, 'ada');
    expect((await callApi(first, '/user', { token })).status).toBe(200);
    expect((await callApi(second, '/user', { token })).status).toBe(401);
  } finally {
    await second.remove();
  }
});
