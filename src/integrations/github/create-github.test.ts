import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GitHub } from '@/ports/github';
import {
  callApi,
  gitUrl,
  runTestGit,
  startTestGitHub,
  type TestGitHub,
  userToken,
} from '@/testing/emulated-github';
import { createGitHub } from './create-github';

let host: TestGitHub;
let github: GitHub;

beforeAll(async () => {
  host = await startTestGitHub();
  github = createGitHub({
    ...{ url: host.url, apiUrl: host.url, clientId: 'Iv1.test', clientSecret: 'client-secret' },
    ...{ appId: String(host.appId), appSlug: host.appSlug },
    ...{ privateKey: host.appPrivateKeyPem, webhookSecret: 'webhook-secret' },
  });
});
afterAll(() => host.remove());

const clone = (token: string, folder: string) =>
  runTestGit(host.workDir, 'clone', '-q', gitUrl(host, 'acme/web', token), folder);

describe('the GitHub App', () => {
  it('says where it is installed and what it was given there', async () => {
    const [installation] = await github.installations();
    expect(installation).toEqual({ id: host.installationId, account: 'acme', isSuspended: false });
    const names = (await github.repositoriesOf(host.installationId)).map(({ fullName }) => fullName);
    expect(names.sort()).toEqual(['acme/playground', 'acme/web']);
    expect(await github.find('acme/web')).toEqual({
      ...{ fullName: 'acme/web', isPrivate: true, defaultBranch: 'main' },
    });
    expect(await github.find('acme/nothing')).toBeNull();
  });

  it('mints a token that reads one repository and can do nothing else', async () => {
    const { token, expiresAt } = await github.mintToken('acme/web', 'read');
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    await clone(token, 'read');
    const folder = join(host.workDir, 'read');
    await expect(runTestGit(folder, 'push', '-q', 'origin', 'HEAD:refs/heads/mine')).rejects.toThrow(/403/);
    const body = { message: 'x', content: Buffer.from('x').toString('base64') };
    const path = '/repos/acme/web/contents/mine.txt';
    expect((await callApi(host, path, { token, method: 'PUT', body })).status).toBe(403);
    const { repositories } = (await (
      await callApi(host, '/installation/repositories', { token })
    ).json()) as {
      repositories: { full_name: string }[];
    };
    expect(repositories.map((row) => row.full_name)).toEqual(['acme/web']);
  });

  it('mints one that writes, which is over as soon as it is revoked', async () => {
    const { token } = await github.mintToken('acme/web', 'write');
    await clone(token, 'write');
    const folder = join(host.workDir, 'write');
    await runTestGit(folder, 'push', '-q', 'origin', 'HEAD:refs/heads/written');
    await github.revokeToken(token);
    await expect(runTestGit(folder, 'push', '-q', 'origin', 'HEAD:refs/heads/again')).rejects.toThrow();
    await github.revokeToken(token);
  });

  it('refuses a token for what it was not given', async () => {
    const minting = github.mintToken('acme/nothing', 'read');
    await expect(minting).rejects.toMatchObject({ code: 'repository_forbidden' });
  });

  it.each([
    ['ada', 'admin'],
    ['ben', 'write'],
    ['carol', 'none'],
  ])('asks with people’s own tokens what they may: %s has %s', async (login, right) => {
    expect(await github.rightOf(await userToken(host, login), 'acme/web')).toBe(right);
  });

  it('tells a token that is none from a right that is none', async () => {
    await expect(github.rightOf('ghu_wrong', 'acme/web')).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(github.refreshUser('ghr_wrong')).rejects.toThrow();
  });

  it('knows its own webhooks by their signature', async () => {
    const body = '{"zen":"Ä"}';
    const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    expect(await github.isSigned(body, sign('webhook-secret'))).toBe(true);
    expect(await github.isSigned(body, sign('another-secret'))).toBe(false);
    expect(await github.isSigned(`${body} `, sign('webhook-secret'))).toBe(false);
    expect(await github.isSigned(body, 'sha256=')).toBe(false);
  });
});
