import { findTokensOf, insertToken, type TokenRecord } from '@/db/api-tokens';
import { AppError } from '@/domain/errors';
import { newToken } from '../auth/secrets';
import type { Caller } from '../caller';
import type { Deps } from '../deps';

const DAY_MS = 24 * 3_600 * 1_000;
/** Nobody keeps an overview of more, and a program that makes tokens without end is stopped here. */
const MAX_TOKENS = 50;

/**
 * Makes a token that acts as the caller until its days are over. The token is in this answer and nowhere else.
 * Errors: `forbidden` outside of a browser, so that a token that leaked can't make itself another; `conflict` for one
 * too many.
 */
export async function createToken(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  { name, days }: { name: string; days: number },
): Promise<{ token: string; listed: TokenRecord }> {
  if (caller.via !== 'web') throw new AppError('forbidden', 'A token is made in the browser only.');
  const userId = caller.person.id;
  if ((await findTokensOf(deps.db, userId)).length >= MAX_TOKENS) {
    throw new AppError(
      'conflict',
      `You have ${MAX_TOKENS} tokens. Revoke one that nothing uses, then try again.`,
    );
  }
  const { token, hash, prefix } = newToken();
  const expiresAt = new Date(Date.now() + days * DAY_MS);
  const listed = await insertToken(deps.db, { userId, kind: 'personal', name, hash, prefix, expiresAt });
  return { token, listed };
}
