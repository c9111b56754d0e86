import type { UserId } from '@/domain/ids';
import type { UserTokens } from '@/domain/code-host';
import { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';

/** A token that ends sooner than this is replaced before it is used. */
const MARGIN_SECONDS = 300;

/** Where tokens are kept, and what keeps them from being read there. */
interface TokenStore {
  db: Db;
  sealer: {
    seal: (text: string, context: string) => string;
    open: (sealed: string, context: string) => { text: string; isOld: boolean };
  };
}

interface TokenRow {
  id: string;
  providerAccountId: string;
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
  { db, sealer }: TokenStore,
  userId: UserId,
  refresh: (refreshToken: string) => Promise<UserTokens>,
): Promise<string | null> {
  const [known] = await db.$queryRaw<TokenRow[]>`
    SELECT ${COLUMNS} FROM account
    WHERE user_id = ${userId} AND provider = 'github' LIMIT 1`;
  if (!known) return null;
  const fresh = isFresh(known) ? readRow({ sealer }, known) : null;
  if (fresh && !fresh.isOld) return fresh.accessToken;
  return db.$transaction(
    async (transaction) => {
      const [row] = await transaction.$queryRaw<TokenRow[]>`
        SELECT ${COLUMNS} FROM account WHERE id = ${known.id} FOR UPDATE`;
      if (!row) return null;
      const { accessToken, refreshToken, isOld } = readRow({ sealer }, row);
      const where = { id: row.id };
      if (isFresh(row)) {
        // From before tokens were sealed, or sealed by a key that another one has replaced.
        const data = sealed({ sealer }, row.providerAccountId, { accessToken, refreshToken });
        if (isOld) await transaction.account.update({ where, data });
        return accessToken;
      }
      if (refreshToken === null) return null;
      const tokens = await refresh(refreshToken);
      const data = { ...sealed({ sealer }, row.providerAccountId, tokens), ...endsOf(tokens) };
      await transaction.account.update({ where, data });
      return tokens.accessToken;
    },
    { timeout: 15_000 },
  );
}

/** Keeps what a new sign-in brought; next-auth itself writes it at the first one only. */
export async function saveUserTokens(
  { db, sealer }: TokenStore,
  providerAccountId: string,
  tokens: UserTokens,
): Promise<void> {
  await db.account.updateMany({
    where: { provider: 'github', providerAccountId },
    data: { ...sealed({ sealer }, providerAccountId, tokens), ...endsOf(tokens) },
  });
}

const COLUMNS = Prisma.sql`id, provider_account_id AS "providerAccountId", access_token, refresh_token, expires_at`;

/** Begins what a sealer made; no token of GitHub's has such a beginning. */
const SEALED = /^v1\./;

/** `isOld`: to be sealed (again). Errors: those of the sealer, when no key opens it. */
function readRow(
  { sealer }: Pick<TokenStore, 'sealer'>,
  row: TokenRow,
): { accessToken: string | null; refreshToken: string | null; isOld: boolean } {
  const read = (token: string | null): { text: string | null; isOld: boolean } => {
    if (token === null) return { text: null, isOld: false };
    return SEALED.test(token)
      ? sealer.open(token, contextOf(row.providerAccountId))
      : { text: token, isOld: true };
  };
  const [access, refresh] = [read(row.access_token), read(row.refresh_token)];
  return { accessToken: access.text, refreshToken: refresh.text, isOld: access.isOld || refresh.isOld };
}

function sealed(
  { sealer }: Pick<TokenStore, 'sealer'>,
  providerAccountId: string,
  { accessToken, refreshToken }: { accessToken: string | null; refreshToken: string | null },
) {
  const seal = (token: string | null): string | null =>
    token === null ? null : sealer.seal(token, contextOf(providerAccountId));
  return { access_token: seal(accessToken), refresh_token: seal(refreshToken) };
}

const contextOf = (providerAccountId: string): string => `github-account:${providerAccountId}`;

function endsOf({ expiresAt, refreshExpiresAt }: UserTokens) {
  return {
    expires_at: expiresAt && Math.floor(expiresAt.getTime() / 1_000),
    refresh_token_expires_in:
      refreshExpiresAt && Math.floor((refreshExpiresAt.getTime() - Date.now()) / 1_000),
  };
}
