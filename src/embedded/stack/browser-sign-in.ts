import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import { z } from 'zod';
import type { AppRouter } from '@/api/root';
import { signInAs } from '../github/sign-in-as';

/** Cookies as a browser keeps them, for one site. */
class CookieJar {
  readonly #cookies = new Map<string, string>();

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      const at = pair.indexOf('=');
      if (at > 0) this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  has(name: string): boolean {
    return this.#cookies.has(name);
  }
}

const Csrf = z.object({ csrfToken: z.string() });
const Redirect = z.object({ url: z.string() });

/**
 * Signs in as somebody of the emulated GitHub by the app's own pages, as a browser would, and answers the cookies.
 * Works on the emulated GitHub only: there a person is chosen by pressing a button.
 */
async function signInByBrowser(appUrl: string, login: string): Promise<string> {
  const jar = new CookieJar();
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('cookie', jar.header);
    const response = await fetch(new URL(path, appUrl), { ...init, headers, redirect: 'manual' });
    jar.take(response);
    return response;
  };
  const { csrfToken } = Csrf.parse(await (await call('/api/auth/csrf')).json());
  const started = await call('/api/auth/signin/github', {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: appUrl, json: 'true' }),
  });
  const { url } = Redirect.parse(await started.json());
  const back = await call(await signInAs(url, login));
  if (!jar.has('next-auth.session-token')) {
    throw new Error(
      `Signing in as ${login} ended with ${back.status} at ${back.headers.get('location') ?? '?'}.`,
    );
  }
  return jar.header;
}

/** A typed client of the app that calls as whoever the headers say. */
export function apiClient(appUrl: string, headers: Record<string, string>): ReturnType<typeof createClient> {
  return createClient(appUrl, headers);
}

function createClient(appUrl: string, headers: Record<string, string>) {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${appUrl}/api/trpc`, transformer: superjson, headers })],
  });
}

/** A token for a script, by the same device login that a terminal goes through, approved by `login`. */
export async function makeToken(appUrl: string, login: string, label: string): Promise<string> {
  const cookie = await signInByBrowser(appUrl, login);
  const terminal = apiClient(appUrl, {});
  const { deviceCode, userCode } = await terminal.auth.startDevice.mutate({ label });
  await apiClient(appUrl, { cookie }).auth.approveDevice.mutate({ userCode });
  const poll = await terminal.auth.pollDevice.mutate({ deviceCode });
  if (poll.status !== 'approved') throw new Error(`The device login is ${poll.status}, not approved.`);
  return poll.token;
}
