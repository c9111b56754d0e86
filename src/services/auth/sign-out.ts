import { revokeToken } from '@/db/api-tokens';
import type { Deps } from '../deps';
import { hashSecret } from './secrets';

/** Makes a token worthless. */
export async function signOut(deps: Pick<Deps, 'db'>, token: string): Promise<void> {
  await revokeToken(deps.db, hashSecret(token));
}
