import type { Profile } from 'next-auth';
import GithubProvider from 'next-auth/providers/github';
import { z } from 'zod';
import { AppError } from '@/domain/errors';

export interface GitHubSignIn {
  /** Where people sign in, and where the REST API is; without a slash at the end. */
  url: string;
  apiUrl: string;
  clientId: string;
  clientSecret: string;
}

const ANSWER_TIMEOUT_MS = 10_000;

const GitHubUser = z.object({
  id: z.number(),
  login: z.string().min(1),
  name: z.string().nullish(),
  email: z.string().nullish(),
  avatar_url: z.string().nullish(),
});

const GitHubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/**
 * Sign-in with GitHub, an enterprise server of it, or the emulated one. next-auth's own provider asks api.github.com
 * whatever it is told, so everything that it asks is asked here.
 */
export function githubSignIn({ url, apiUrl, clientId, clientSecret }: GitHubSignIn) {
  return GithubProvider({
    clientId,
    clientSecret,
    client: { token_endpoint_auth_method: 'client_secret_post' },
    authorization: {
      url: `${url}/login/oauth/authorize`,
      params: { scope: 'read:user user:email' },
    },
    token: `${url}/login/oauth/access_token`,
    userinfo: {
      url: `${apiUrl}/user`,
      request: ({ tokens }) => readProfile(apiUrl, tokens.access_token ?? ''),
    },
    profile: (profile) => ({
      id: String(profile.id),
      login: profile.login,
      name: profile.name ?? profile.login,
      email: profile.email,
      image: profile.avatar_url,
    }),
  });
}

async function readProfile(apiUrl: string, token: string): Promise<Profile> {
  const user = GitHubUser.parse(await ask(`${apiUrl}/user`, token));
  const email = user.email ?? (await readPrimaryEmail(apiUrl, token));
  // next-auth hands this to `profile` above, which reads these fields and no others.
  return { ...user, email } as Profile;
}

/** Who hides their address from the public has it here. An address that nobody confirmed is nobody's. */
async function readPrimaryEmail(apiUrl: string, token: string): Promise<string | null> {
  const emails = GitHubEmails.parse(await ask(`${apiUrl}/user/emails`, token));
  return emails.find(({ primary, verified }) => primary && verified)?.email ?? null;
}

async function ask(url: string, token: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  if (!response.ok) throw new AppError('unauthenticated', `GitHub answered ${response.status} at ${url}.`);
  return response.json();
}
