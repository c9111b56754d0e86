import { App } from '@octokit/app';
import { Octokit } from '@octokit/core';
import { z } from 'zod';
import { AppError } from '@/domain/errors';
import { type RepositoryRight } from '@/domain/access/repository-access';
import type { HostedRepository, UserTokens } from '@/domain/code-host';
import type { GitHub } from '@/ports/github';
import { asked, isRateLimit, named, PAGE, pages, signInOver, statusOf, worded } from './answers';
import { pullRequests } from './pull-requests';

const TIMEOUT_MS = 10_000;

export interface GitHubOptions {
  /** Where people go, and where the REST API is; without a slash at the end. */
  url: string;
  apiUrl: string;
  appId: string;
  appSlug: string;
  /** PEM, PKCS#1 or PKCS#8. */
  privateKey: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
}

interface RawRepository {
  full_name: string;
  private: boolean;
  default_branch: string;
}

function toHosted(row: RawRepository): HostedRepository {
  return { fullName: row.full_name, isPrivate: row.private, defaultBranch: row.default_branch };
}

const within: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });

/** GitHub through its App, an enterprise server of it, or the emulated one. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { url, apiUrl, appId, appSlug, privateKey, webhookSecret } = options;
  const Client = Octokit.defaults({ baseUrl: apiUrl, userAgent: 'dispatch', request: { fetch: within } });
  const app = new App({ appId, privateKey, webhooks: { secret: webhookSecret }, Octokit: Client });
  const find: GitHub['find'] = async (fullName) => {
    const installationId = await installationOf(app, fullName);
    if (installationId === null) return null;
    const octokit = await app.getInstallationOctokit(installationId);
    const { data } = await asked(octokit.request('GET /repos/{owner}/{repo}', named(fullName)));
    return toHosted(data);
  };
  return {
    installUrl: `${url}/apps/${appSlug}/installations/new`,
    find,
    installations: () =>
      pages(async (page) => {
        const { data } = await asked(app.octokit.request('GET /app/installations', { per_page: PAGE, page }));
        return data.map(({ id, account, suspended_at: suspendedAt }) => ({
          ...{ id, isSuspended: Boolean(suspendedAt) },
          account: loginOf(account),
        }));
      }),
    repositoriesOf: async (installationId) => {
      const octokit = await app.getInstallationOctokit(installationId);
      return pages(async (page) => {
        const { data } = await asked(
          octokit.request('GET /installation/repositories', { per_page: PAGE, page }),
        );
        return data.repositories.map(toHosted);
      });
    },
    mintToken: (fullName, contents) => mintToken(app, fullName, contents),
    revokeToken: async (token) => {
      try {
        await new Client({ auth: token }).request('DELETE /installation/token');
      } catch (error) {
        if (statusOf(error) !== 401) throw worded(error);
      }
    },
    rightOf: (userToken, fullName) => rightOf(new Client({ auth: userToken }), fullName),
    refreshUser: (refreshToken) => refreshUser(options, refreshToken),
    ...pullRequests({
      asApp: async (fullName) => app.getInstallationOctokit(await insistOnInstallation(app, fullName)),
      asUser: (token) => new Client({ auth: token }),
    }),
    isSigned: (body, signature) => app.webhooks.verify(body, signature),
  };
}

async function installationOf(app: App, fullName: string): Promise<number | null> {
  try {
    const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', named(fullName));
    return data.id;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw worded(error);
  }
}

async function insistOnInstallation(app: App, fullName: string): Promise<number> {
  const installationId = await installationOf(app, fullName);
  if (installationId !== null) return installationId;
  throw new AppError('repository_forbidden', `Dispatch’s GitHub App is not installed on ${fullName}.`);
}

async function mintToken(
  app: App,
  fullName: string,
  contents: 'read' | 'write',
): Promise<{ token: string; expiresAt: Date }> {
  const installationId = await insistOnInstallation(app, fullName);
  const { data } = await asked(
    app.octokit.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: installationId,
      repositories: [named(fullName).repo],
      permissions: { contents },
    }),
  );
  return { token: data.token, expiresAt: new Date(data.expires_at) };
}

async function rightOf(octokit: Octokit, fullName: string): Promise<RepositoryRight> {
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}', named(fullName));
    if (data.permissions?.admin) return 'admin';
    return data.permissions?.push ? 'write' : 'read';
  } catch (error) {
    // 451 is a repository that GitHub took down, 403 one whose organization wants a single sign-on first.
    if ([403, 404, 451].includes(statusOf(error) ?? 0) && !isRateLimit(error)) return 'none';
    throw worded(error);
  }
}

const Refreshed = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
  refresh_token_expires_in: z.number().optional(),
});

async function refreshUser(options: GitHubOptions, refreshToken: string): Promise<UserTokens> {
  const { url, clientId, clientSecret } = options;
  const response = await within(`${url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      ...{ client_id: clientId, client_secret: clientSecret },
      ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
    }),
  });
  if (!response.ok) throw new AppError('internal', `GitHub answered ${response.status} to a refresh.`);
  // GitHub says "no" with status 200 and an error in the body.
  const parsed = Refreshed.safeParse(await response.json());
  if (!parsed.success) throw signInOver(null);
  const after = (seconds: number | undefined) =>
    seconds === undefined ? null : new Date(Date.now() + seconds * 1_000);
  return {
    accessToken: parsed.data.access_token,
    refreshToken: parsed.data.refresh_token ?? null,
    expiresAt: after(parsed.data.expires_in),
    refreshExpiresAt: after(parsed.data.refresh_token_expires_in),
  };
}

/** An enterprise has a slug where organizations and people have a login. */
function loginOf(account: object | null): string {
  if (account && 'login' in account) return String(account.login);
  return account && 'slug' in account ? String(account.slug) : '';
}
