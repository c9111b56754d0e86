import { createHmac, timingSafeEqual } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  appJwt,
  callApi,
  gitUrl,
  installationToken,
  runTestGit,
  startTestGitHub,
  userToken,
  type TestGitHub,
} from '@/testing/emulated-github';

interface Hook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const SECRET = 'hook-secret';
let server: Server;
let github: TestGitHub;
let token: string;
let folder: string;
let hooks: Hook[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const payload = JSON.parse(body) as Hook['payload'];
      if (request.url === '/api/github/webhook') hooks.push({ headers: request.headers, body, payload });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  github = await startTestGitHub({ appUrl: `http://127.0.0.1:${port}`, webhookSecret: SECRET });
  token = await installationToken(github);
  folder = join(github.workDir, 'web');
  await runTestGit(github.workDir, 'clone', '-q', gitUrl(github, 'acme/web', token), folder);
});
beforeEach(async () => {
  await github.settled();
  hooks = [];
});
afterAll(async () => {
  await github.remove();
  server.close();
});

const api = (path: string, method: string, body: object) =>
  callApi(github, `/repos/acme/web${path}`, { token, method, body });

async function push(branch: string, file: string): Promise<string> {
  await runTestGit(folder, 'checkout', '-q', '-B', branch);
  await writeFile(join(folder, file), `${branch}\n`);
  await runTestGit(folder, 'add', '-A');
  await runTestGit(folder, 'commit', '-qm', `Write ${file}`);
  await runTestGit(folder, 'push', '-q', 'origin', 'HEAD');
  return runTestGit(folder, 'rev-parse', 'HEAD');
}

async function received(): Promise<string[]> {
  await github.settled();
  return hooks.map(({ headers, payload }) =>
    [headers['x-github-event'], payload['action']].filter(Boolean).join('.'),
  );
}

test('a pushed branch is told as create and push, signed, with its commits and the installation', async () => {
  const before = await runTestGit(folder, 'rev-parse', 'HEAD');
  const after = await push('told', 'told.txt');
  expect(await received()).toEqual(['create', 'push']);
  expect(hooks[0]!.payload).toMatchObject({ ref: 'told', ref_type: 'branch', master_branch: 'main' });
  const { headers, body, payload } = hooks[1]!;
  expect(payload).toMatchObject({
    ref: 'refs/heads/told',
    before: '0'.repeat(40),
    after,
    created: true,
    deleted: false,
    forced: false,
    commits: [{ id: after, message: 'Write told.txt', author: { email: 'ada@acme.test' } }],
    head_commit: { id: after },
    pusher: { name: 'dispatch-dev[bot]' },
    sender: { login: 'dispatch-dev[bot]', type: 'Bot' },
    installation: { id: github.installationId },
    repository: { full_name: 'acme/web', clone_url: `${github.url}/acme/web.git` },
  });
  expect(headers['x-github-delivery']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const signature = Buffer.from(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  expect(timingSafeEqual(Buffer.from(String(headers['x-hub-signature-256'])), signature)).toBe(true);

  await runTestGit(folder, 'reset', '-q', '--hard', before);
  await runTestGit(folder, 'push', '-q', '-f', 'origin', 'HEAD:told');
  await runTestGit(folder, 'push', '-q', 'origin', ':told');
  expect((await received()).slice(2)).toEqual(['push', 'delete', 'push']);
  expect(hooks[2]!.payload).toMatchObject({ forced: true, before: after, after: before, commits: [] });
  expect(hooks[4]!.payload).toMatchObject({ deleted: true, after: '0'.repeat(40), head_commit: null });
});

test('a commit made by REST is told as a push like any other', async () => {
  const content = Buffer.from('rest\n').toString('base64');
  const put = await api('/contents/rest.txt', 'PUT', { message: 'By REST', content, branch: 'main' });
  const { commit } = (await put.json()) as { commit: { sha: string } };
  expect(await received()).toEqual(['push']);
  expect(hooks[0]!.payload).toMatchObject({
    ref: 'refs/heads/main',
    after: commit.sha,
    commits: [{ id: commit.sha, message: 'By REST' }],
  });
});

test('a pull request is told when it is opened, pushed to and merged, each time as it then stands', async () => {
  await push('pull', 'pull.txt');
  const body = { head: 'pull', base: 'main', title: 'Pull' };
  const { number } = (await (await api('/pulls', 'POST', body)).json()) as { number: number };
  const head = await push('pull', 'more.txt');
  const merge = await api(`/pulls/${number}/merge`, 'PUT', { merge_method: 'squash' });
  const { sha } = (await merge.json()) as { sha: string };

  const pulls = (await received()).filter((name) => name.startsWith('pull_request'));
  expect(pulls).toEqual(['pull_request.opened', 'pull_request.synchronize', 'pull_request.closed']);
  const [opened, synchronize, closed] = hooks.filter(({ payload }) => payload['pull_request']);
  expect(opened!.payload).toMatchObject({ number, pull_request: { changed_files: 1, additions: 1 } });
  expect(synchronize!.payload).toMatchObject({ number, after: head, pull_request: { head: { sha: head } } });
  expect(closed!.payload).toMatchObject({ pull_request: { merged: true, merge_commit_sha: sha } });
  expect(hooks.at(-1)!.payload).toMatchObject({ ref: 'refs/heads/main', after: sha });
});

test('comments and check runs are told too, and the App can list what was delivered', async () => {
  const { number } = (await (await api('/issues', 'POST', { title: 'Broken' })).json()) as { number: number };
  await api(`/issues/${number}/comments`, 'POST', { body: 'Indeed' });
  const head_sha = await runTestGit(folder, 'rev-parse', 'origin/main');
  await api('/check-runs', 'POST', { name: 'ci', head_sha, status: 'queued' });
  const names = await received();
  expect(names).toEqual(
    expect.arrayContaining(['issues.opened', 'issue_comment.created', 'check_run.created']),
  );

  const list = await callApi(github, '/app/hook/deliveries', { token: appJwt(github) });
  const newest = (await list.json()) as { guid: string; status_code: number }[];
  expect(newest[0]).toMatchObject({ guid: hooks.at(-1)!.headers['x-github-delivery'], status_code: 202 });
  expect((await callApi(github, '/app/hook/deliveries', { token })).status).toBe(401);
});

test('a webhook that a repository registered is signed with its own secret', async () => {
  const { port } = server.address() as AddressInfo;
  const config = { url: `http://127.0.0.1:${port}/api/github/webhook`, secret: 'own', content_type: 'json' };
  const body = { config, events: ['issues'] };
  const ada = await userToken(github, 'ada');
  const created = await callApi(github, '/repos/acme/web/hooks', { token: ada, method: 'POST', body });
  expect(created.status).toBe(201);
  await api('/issues', 'POST', { title: 'Heard twice' });
  await github.settled();
  const signatures = hooks
    .filter(({ headers }) => headers['x-github-event'] === 'issues')
    .map(({ body, headers }) =>
      ['own', SECRET].find(
        (secret) =>
          headers['x-hub-signature-256'] ===
          `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      ),
    );
  expect(signatures.sort()).toEqual([SECRET, 'own'].sort());
});

test('a delivery is sent again on request, the same bytes under the same id', async () => {
  await push('again', 'again.txt');
  await github.settled();
  const [first] = hooks;
  const attempt = github.deliveries().find(({ guid }) => guid === first?.headers['x-github-delivery']);
  const path = `/app/hook/deliveries/${attempt?.id ?? 0}/attempts`;
  expect((await callApi(github, path, { token, method: 'POST' })).status).toBe(401);
  const answer = await callApi(github, path, { token: appJwt(github), method: 'POST' });
  expect(answer.status).toBe(202);
  await github.settled();
  const again = hooks.at(-1);
  expect(again?.body).toBe(first?.body);
  expect(again?.headers['x-github-delivery']).toBe(first?.headers['x-github-delivery']);
  expect(again?.headers['x-hub-signature-256']).toBe(first?.headers['x-hub-signature-256']);
});

test('the App is told of who is put out, and the push token of before is refused', async () => {
  const [ada, ben] = [await userToken(github, 'ada'), await userToken(github, 'ben')];
  expect((await callApi(github, '/repos/acme/web', { token: ben })).status).toBe(200);
  const removed = await callApi(github, '/orgs/acme/members/ben', { token: ada, method: 'DELETE' });
  expect(removed.status).toBe(204);
  await github.settled();
  expect(hooks.map(({ headers, payload }) => [headers['x-github-event'], payload['action']])).toContainEqual([
    'organization',
    'member_removed',
  ]);
  expect((await callApi(github, '/repos/acme/web', { token: ben })).status).toBe(404);
});
