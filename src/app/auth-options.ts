import type { Account, AuthOptions } from 'next-auth';
import { container, type Container } from '@/container';
import { createAuthAdapter } from '@/db/auth-adapter';
import { saveUserTokens } from '@/db/user-tokens';
import { messageOf } from '@/domain/errors';
import { githubSignIn } from '@/integrations/github/sign-in';
import type { UserTokens } from '@/domain/code-host';
import { welcome } from '@/services/auth/welcome';

const SIGN_IN_LIFE_S = 30 * 24 * 3_600;

/** How people sign in: GitHub says who they are, and a row of the database remembers their browser. */
export function authOptions(): AuthOptions {
  const all = container();
  const { deps, env } = all;
  return {
    adapter: createAuthAdapter(deps.db),
    providers: [
      githubSignIn({
        url: env.GITHUB_URL,
        apiUrl: env.GITHUB_API_URL,
        clientId: env.GITHUB_CLIENT_ID,
        clientSecret: env.GITHUB_CLIENT_SECRET,
      }),
    ],
    secret: env.AUTH_SECRET,
    session: { strategy: 'database', maxAge: SIGN_IN_LIFE_S },
    useSecureCookies: env.APP_URL.startsWith('https:'),
    pages: { signIn: '/signin', signOut: '/signin', error: '/signin' },
    events: {
      signIn: async ({ user, profile, account }) => {
        if (account) await saveUserTokens(deps, account.providerAccountId, tokensOf(account));
        const login = loginOf(profile);
        const { id, name } = user;
        if (login !== null) await welcome(deps, { id, login, name: name ?? login }, await demo(all));
      },
    },
    logger: {
      error: (code, metadata) => deps.log.error('sign-in failed', { code, error: describe(metadata) }),
      warn: (code) => deps.log.info('sign-in has a remark', { code }),
      debug: () => undefined,
    },
  };
}

/** GitHub says more of a token than OAuth does: when a refresh token ends, in seconds from now. */
function tokensOf(account: Account): UserTokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_at: expiresAt } = account;
  const refreshSeconds = account['refresh_token_expires_in'];
  return {
    accessToken: accessToken ?? '',
    refreshToken: refreshToken ?? null,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt * 1_000),
    refreshExpiresAt:
      typeof refreshSeconds === 'number' ? new Date(Date.now() + refreshSeconds * 1_000) : null,
  };
}

function loginOf(profile: object | undefined): string | null {
  return profile && 'login' in profile && typeof profile.login === 'string' ? profile.login : null;
}

function describe(metadata: Error | Record<string, unknown>): string {
  const cause = metadata instanceof Error ? metadata : metadata['error'];
  return messageOf(cause);
}

/** The repository to try things on. A host that does not answer must not keep anybody out. */
async function demo({ deps, env }: Container): Promise<Parameters<typeof welcome>[2]> {
  const url = env.DEMO_REPOSITORY_URL;
  if (url === undefined) return null;
  try {
    const { defaultBranch } = await deps.repositoryHost.describe(url);
    const name = new URL(url).pathname.replace(/^\/|\.git$/g, '');
    return { url, name, defaultBranch };
  } catch (error) {
    deps.log.error('the demo repository does not answer', { error: messageOf(error) });
    return null;
  }
}
