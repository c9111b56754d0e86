import { findPersonByLoginSession, findPersonByToken } from '@/db/people';
import type { Caller } from '../caller';
import type { Deps } from '../deps';
import { hashSecret } from './secrets';

/**
 * Who calls: by bearer token (a terminal or a program), else by the browser's sign-in. A bearer that is wrong never
 * falls back to the cookie.
 */
export async function identify(
  deps: Pick<Deps, 'db'>,
  credentials: { bearer: string | null; loginSession: string | null; client: string | null },
): Promise<Caller | null> {
  const { bearer, loginSession, client } = credentials;
  if (bearer !== null) {
    const person = await findPersonByToken(deps.db, hashSecret(bearer));
    return person && { person, via: client === 'cli' ? 'cli' : 'api' };
  }
  if (loginSession === null) return null;
  const person = await findPersonByLoginSession(deps.db, loginSession);
  return person && { person, via: 'web' };
}
