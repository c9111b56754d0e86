import { container } from '@/container';
import type { Caller } from '@/services/caller';
import { identify } from '@/services/auth/identify';

/** next-auth's cookie for database sessions; the `__Secure-` form is the one on https. */
const COOKIE = /(?:^|; )(?:__Secure-)?next-auth\.session-token=([^;]+)/;

export function bearerOf(request: Request): string | null {
  return /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Who makes this request; null for nobody that we know. */
export async function callerOf(request: Request): Promise<Caller | null> {
  return identify(container().deps, {
    bearer: bearerOf(request),
    loginSession: COOKIE.exec(request.headers.get('cookie') ?? '')?.[1] ?? null,
    client: request.headers.get('x-dispatch-client'),
  });
}
