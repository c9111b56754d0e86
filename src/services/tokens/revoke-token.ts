import { revokeTokenOf } from '@/db/api-tokens';
import { AppError } from '@/domain/errors';
import type { TokenId } from '@/domain/ids';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

/** Makes one of the caller's tokens worthless at once. Errors: `not_found` for one that is not theirs, or is over. */
export async function revokeToken(deps: Pick<Deps, 'db'>, caller: Caller, tokenId: TokenId): Promise<void> {
  if (await revokeTokenOf(deps.db, caller.person.id, tokenId)) return;
  throw new AppError('not_found', 'You have no such token, or it is revoked already.');
}
