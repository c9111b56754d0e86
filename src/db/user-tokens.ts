import type { UserId } from '@/domain/ids';
import type { UserTokens } from '@/domain/code-host';
import type { Db } from './client';

/** A token that ends sooner than this is replaced before it is used. */
const MARGIN_SECONDS = 300;

interface TokenRow {
  id: string;
  access_token: string | null;
  refresh_token: string | null;
  expires_at: number | null;
}

const isFresh = ({ expires_at: expiresAt }: TokenRow): boolean =>
  expiresAt === null || expiresAt > Date.now() / 1_000 + MARGIN_SECONDS;

/**
 * Somebody's token at GitHub, good for some minutes yet; null when they have none or it is over. `refresh` is called
 * under the lock of the row, since a refresh token is good once: of two at a time the second finds what the first got.
 */
export async function userTokenOf(
  db: Db,
  userId: UserId,
  refresh: (refreshToken: string) => Promise<UserTokens>,
): Promise<string | null> {
  const [known] = await db.$queryRaw<TokenRow[]>`
    SELECT id, access_token, refresh_token, expires_at FROM account
    WHERE user_id = ${userId} AND provider = 'github' LIMIT 1`;
  if (!known) return null;
  if (isFresh(known)) return known.access_token;
  return db.$transaction(
    async (transaction) => {
      const [row] = await transaction.$queryRaw<TokenRow[]>`
        SELECT id, access_token, refresh_token, expires_at FROM account WHERE id = ${known.id} FOR UPDATE`;
      if (!row) return null;
      if (isFresh(row)) return row.access_token;
      if (row.refresh_token === null) return null;
      const tokens = await refresh(row.refresh_token);
      await transaction.account.update({ where: { id: row.id }, data: columnsOf(tokens) });
      return tokens.accessToken;
    },
    { timeout: 15_000 },
  );
}

/** Keeps what a new sign-in brought; next-auth itself writes it at the first one only. */
export async function saveUserTokens(db: Db, providerAccountId: string, tokens: UserTokens): Promise<void> {
  await db.account.updateMany({ where: { provider: 'github', providerAccountId }, data: columnsOf(tokens) });
}

function columnsOf({ accessToken, refreshToken, expiresAt, refreshExpiresAt }: UserTokens) {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_at: expiresAt && Math.floor(expiresAt.getTime() / 1_000),
    refresh_token_expires_in:
      refreshExpiresAt && Math.floor((refreshExpiresAt.getTime() - Date.now()) / 1_000),
  };
}
