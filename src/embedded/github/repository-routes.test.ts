import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  callApi,
  installationToken,
  startTestGitHub,
  userToken,
  type TestGitHub,
} from '@/testing/emulated-github';

interface Listed {
  readonly full_name: string;
  readonly permissions: Readonly<Record<string, boolean>>;
}

let github: TestGitHub;
beforeAll(async () => {
  github = await startTestGitHub();
});
afterAll(() => github.remove());

const names = (list: readonly Listed[]) => list.map(({ full_name }) => full_name).sort();

test('an installation lists the repositories that it covers, a page at a time', async () => {
  const all = await callApi(github, '/installation/repositories', { token: await installationToken(github) });
  expect(await all.json()).toMatchObject({ total_count: 2, repository_selection: 'all' });

  const some = await installationToken(github, { repositories: ['web'] });
  const answer = await callApi(github, '/installation/repositories', { token: some });
  const { repositories } = (await answer.json()) as { repositories: Listed[] };
  expect(names(repositories)).toEqual(['acme/web']);

  const page = await callApi(github, '/installation/repositories?per_page=1', {
    token: await installationToken(github),
  });
  expect(page.headers.get('link')).toBe(
    `<${github.url}/installation/repositories?per_page=1&page=2>; rel="next"`,
  );
  expect(
    (await callApi(github, '/installation/repositories', { token: await userToken(github, 'ada') })).status,
  ).toBe(403);
});

test.each([
  ['ada', ['acme/playground', 'acme/web'], { admin: true, push: true, pull: true }],
  ['ben', ['acme/playground', 'acme/web'], { admin: false, push: true, pull: true }],
  ['carol', ['acme/playground'], { admin: false, push: false, pull: true }],
])(
  "%s sees %j of the organization's, with the rights that are really theirs",
  async (login, visible, rights) => {
    const token = await userToken(github, login);
    const list = (await (await callApi(github, '/orgs/acme/repos', { token })).json()) as Listed[];
    expect(names(list)).toEqual(visible);
    for (const { permissions } of list) expect(permissions).toMatchObject(rights);
  },
);

test('what a user was let into is listed, with what that user may do', async () => {
  const listed = async (login: string) =>
    (await (
      await callApi(github, '/user/repos', { token: await userToken(github, login) })
    ).json()) as Listed[];
  const [web] = (await listed('ben')).filter(({ full_name }) => full_name === 'acme/web');
  expect(web?.permissions).toMatchObject({ admin: false, push: true });
  expect(await listed('carol')).toEqual([]);
  expect((await callApi(github, '/user/repos')).status).toBe(401);
});

test('a tarball holds the files of a ref under one folder', async () => {
  const response = await callApi(github, '/repos/acme/playground/tarball/main');
  const path = join(github.workDir, 'playground.tar.gz');
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
  const { stdout } = await promisify(execFile)('tar', ['-tzf', path]);
  expect(stdout).toMatch(/^acme-playground-[0-9a-f]{7}\/src\/cart[.]js$/m);
  expect((await callApi(github, '/repos/acme/playground/tarball/no-such-ref')).status).toBe(404);
});

test('every account has a picture, whatever its name', async () => {
  const { avatar_url } = (await (await callApi(github, '/users/ada')).json()) as { avatar_url: string };
  const picture = await fetch(avatar_url);
  expect(picture.headers.get('content-type')).toBe('image/svg+xml');
  expect(await picture.text()).toContain('>A</text>');
  const odd = await fetch(`${github.url}/avatars/u/${encodeURIComponent('<script>')}`);
  expect(await odd.text()).not.toContain('<script>');
});
