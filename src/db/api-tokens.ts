import { TokenId, type UserId } from '@/domain/ids';
import { TokenKind } from '@/domain/access/tokens';
import type { Db } from './client';

/** A token as its owner sees it: all but the token. */
export interface TokenRecord {
  id: TokenId;
  kind: TokenKind;
  name: string;
  prefix: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

const TOKEN = {
  ...{ id: true, kind: true, name: true, prefix: true },
  ...{ createdAt: true, expiresAt: true, lastUsedAt: true },
} as const;

function toToken(row: Omit<TokenRecord, 'id' | 'kind'> & { id: string; kind: string }): TokenRecord {
  return { ...row, id: TokenId.parse(row.id), kind: TokenKind.parse(row.kind) };
}

export async function insertToken(
  db: Db,
  token: {
    userId: string;
    kind: TokenKind;
    name: string;
    hash: string;
    prefix: string;
    expiresAt: Date | null;
  },
): Promise<TokenRecord> {
  return toToken(await db.apiToken.create({ data: token, select: TOKEN }));
}

/** The tokens of a person that work, the newest first. */
export async function findTokensOf(db: Db, userId: UserId): Promise<TokenRecord[]> {
  const rows = await db.apiToken.findMany({
    where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    orderBy: { createdAt: 'desc' },
    select: TOKEN,
  });
  return rows.map(toToken);
}

/** Makes a token worthless, by its SHA-256. */
export async function revokeToken(db: Db, hash: string): Promise<void> {
  await db.apiToken.updateMany({ where: { hash, revokedAt: null }, data: { revokedAt: new Date() } });
}

/** As `revokeToken`, by its id and for its owner only; false when there is no such token of theirs that works. */
export async function revokeTokenOf(db: Db, userId: UserId, id: TokenId): Promise<boolean> {
  const { count } = await db.apiToken.updateMany({
    where: { id, userId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}
