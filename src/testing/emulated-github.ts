import { execFile } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGitHub, type EmulatedGitHub, type GitHubOptions } from '@/embedded/github/start-github';
import { signInAs } from '@/embedded/github/sign-in-as';

const TEST_OAUTH = { oauthClientId: 'Iv1.test', oauthClientSecret: 'client-secret' } as const;

/** Where nothing listens; a test that wants webhooks gives an address of its own. */
const TEST_APP_URL = 'http://127.0.0.1:1';

export interface TestGitHub extends EmulatedGitHub {
  readonly dataDir: string;
  readonly appUrl: string;
  /** An empty folder for clones, taken away with the rest. */
  readonly workDir: string;
  /** Stops the emulated GitHub and starts it again on the same data. */
  restart(overrides?: Partial<GitHubOptions>): Promise<TestGitHub>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

/** An emulated GitHub on a free port with its data in a folder of its own. */
export async function startTestGitHub(overrides: Partial<GitHubOptions> = {}): Promise<TestGitHub> {
  const root = await mkdtemp(join(tmpdir(), 'emulated-github-'));
  const options: GitHubOptions = {
    ...TEST_OAUTH,
    dataDir: join(root, 'data'),
    port: 0,
    appUrl: TEST_APP_URL,
    webhookSecret: 'webhook-secret',
    ...overrides,
  };
  const start = async (changed: Partial<GitHubOptions>): Promise<TestGitHub> => {
    const used = { ...options, ...changed };
    const github = await startGitHub(used);
    return {
      ...github,
      dataDir: used.dataDir,
      appUrl: used.appUrl,
      workDir: root,
      restart: async (again = {}) => {
        await github.close();
        return start(again);
      },
      remove: async () => {
        await github.close();
        await rm(root, { recursive: true, force: true });
      },
    };
  };
  try {
    return await start({});
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

/** Runs git with no settings of the machine and no questions; fails with what git said. */
export async function runTestGit(folder: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    NODE_ENV: 'test' as const,
    GIT_AUTHOR_NAME: 'Ada Lovelace',
    GIT_AUTHOR_EMAIL: 'ada@acme.test',
    GIT_COMMITTER_NAME: 'Ada Lovelace',
    GIT_COMMITTER_EMAIL: 'ada@acme.test',
  };
  const { stdout } = await promisify(execFile)('git', args, {
    cwd: folder,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** The address of a repository for git, with a token in it. */
export function gitUrl(github: EmulatedGitHub, repository: string, token?: string): string {
  const url = new URL(`${github.url}/${repository}.git`);
  if (token) [url.username, url.password] = ['x-access-token', token];
  return url.href;
}

/** A JSON Web Token by which the App names itself, as GitHub asks for it: RS256, at most ten minutes. */
export function appJwt({ appId, appPrivateKeyPem }: EmulatedGitHub): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: String(appId), iat: now - 60, exp: now + 540 })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(appPrivateKeyPem, 'base64url')}`;
}

/** A call of the REST API; `token` may be the App's JWT. */
export function callApi(
  github: EmulatedGitHub,
  path: string,
  {
    token,
    method = 'GET',
    body,
  }: { readonly token?: string; readonly method?: string; readonly body?: object } = {},
): Promise<Response> {
  return fetch(`${github.url}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

/** An installation token for the seeded organization, with all of the App's rights or fewer. */
export async function installationToken(github: EmulatedGitHub, limits: object = {}): Promise<string> {
  const path = `/app/installations/${github.installationId}/access_tokens`;
  const response = await callApi(github, path, { token: appJwt(github), method: 'POST', body: limits });
  if (response.status !== 201) throw new Error(`No installation token: ${await response.text()}`);
  // GitHub's answer to this call has a token in it.
  return ((await response.json()) as { token: string }).token;
}

/** Exchanges a code for a user's token the way next-auth does, the client's secret in the form. */
export async function exchangeCode(github: EmulatedGitHub, code: string): Promise<Record<string, string>> {
  const response = await fetch(`${github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      client_id: TEST_OAUTH.oauthClientId,
      client_secret: TEST_OAUTH.oauthClientSecret,
      code,
    }),
  });
  // Every field of this answer is a string, in success and in failure.
  return (await response.json()) as Record<string, string>;
}

/** The sign-in page as next-auth opens it. */
export function authorizeUrl(github: TestGitHub, appUrl = github.appUrl): string {
  const redirectUri = `${appUrl}/api/auth/callback/github`;
  const query = {
    client_id: TEST_OAUTH.oauthClientId,
    redirect_uri: redirectUri,
    scope: 'read:user',
    state: 's&1',
  };
  return `${github.url}/login/oauth/authorize?${new URLSearchParams(query).toString()}`;
}

/** A user's OAuth token, by way of the sign-in page. */
export async function userToken(github: TestGitHub, login: string): Promise<string> {
  const back = new URL(await signInAs(authorizeUrl(github), login));
  const answer = await exchangeCode(github, back.searchParams.get('code') ?? '');
  const token = answer['access_token'];
  if (!token) throw new Error(`No token for ${login}: ${JSON.stringify(answer)}`);
  return token;
}
