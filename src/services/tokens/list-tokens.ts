import { findTokensOf, type TokenRecord } from '@/db/api-tokens';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** The caller's tokens that work: those they made, and those of terminals they let in. */
export async function listTokens(deps: Pick<Deps, 'db'>, caller: Caller): Promise<TokenRecord[]> {
  return findTokensOf(deps.db, caller.person.id);
}
