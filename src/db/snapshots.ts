import { z } from 'zod';
import type { SessionId } from '@/domain/ids';
import type { Prisma } from '@/generated/prisma/client';
import type { Db, DbOrTransaction } from './client';

/** A kept disk; `seq` is the end of the log that it knows. */
export const KeptSnapshot = z.object({ provider: z.string(), id: z.string(), seq: z.number().int() });
export type KeptSnapshot = z.infer<typeof KeptSnapshot>;

/** How many a session keeps: the newest, and one to fall back on. */
const KEPT = 2;

/** Notes a disk that a provider kept of an epoch. May be repeated: the first note stands. */
export async function addSnapshot(
  db: Db,
  sessionId: SessionId,
  given: { provider: string; id: string; epoch: number; seq: number },
): Promise<void> {
  await db.snapshot.createMany({ data: [{ ...given, sessionId }], skipDuplicates: true });
}

/**
 * Picks the newest disk for an epoch's sandbox and writes down that it did; null for none, or when `isWanted` is false.
 * The session is locked, so that none is collected that was just chosen.
 */
export async function chooseSnapshot(
  db: Db,
  sessionId: SessionId,
  given: { epoch: number; provider: string; isWanted: boolean },
): Promise<KeptSnapshot | null> {
  const { epoch, provider, isWanted } = given;
  return db.$transaction(async (transaction) => {
    await lockSession(transaction, sessionId);
    const newest = isWanted
      ? await transaction.snapshot.findFirst({
          where: { sessionId, provider, droppedAt: null },
          orderBy: { seq: 'desc' },
        })
      : null;
    const chosen = newest && KeptSnapshot.parse(newest);
    await transaction.$executeRaw`
      UPDATE session SET started_from = ${chosen === null ? null : JSON.stringify(chosen)}::jsonb
      WHERE id = ${sessionId}::uuid AND epoch = ${epoch}::int`;
    return chosen;
  });
}

/** Whether a session has a disk that can be started from. */
export async function hasSnapshot(db: Db, sessionId: SessionId): Promise<boolean> {
  return (await db.snapshot.count({ where: { sessionId, droppedAt: null } })) > 0;
}

/** Forgets a disk that its provider does not have any more, whoever took it away. */
export async function forgetSnapshot(
  db: Db,
  { provider, id }: Pick<KeptSnapshot, 'provider' | 'id'>,
): Promise<void> {
  await db.snapshot.deleteMany({ where: { provider, id } });
}

/** Disks of a provider that nobody holds any more, and that were not dropped there as far as is written down. */
export async function findDroppable(db: Db, provider: string, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT id FROM snapshot AS given_up
    WHERE provider = ${provider} AND dropped_at IS NOT NULL AND NOT EXISTS (
      SELECT FROM snapshot WHERE provider = given_up.provider AND id = given_up.id AND dropped_at IS NULL
    )
    LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/**
 * Marks those that a session has no use for any more: all but the newest two and the one that its sandbox runs from; of
 * an archived session every one. They can't be started from after it, and are dropped at their provider then.
 */
export async function collectSnapshots(db: Db, sessionId: SessionId): Promise<void> {
  await db.$transaction(async (transaction) => {
    const { isArchived, startedFrom } = await lockSession(transaction, sessionId);
    const kept = await transaction.snapshot.findMany({
      where: { sessionId, droppedAt: null },
      orderBy: { seq: 'desc' },
    });
    const inUse = KeptSnapshot.nullable().parse(startedFrom);
    const old = isArchived ? kept : kept.slice(KEPT).filter(({ id }) => id !== inUse?.id);
    await transaction.snapshot.updateMany({
      where: { sessionId, id: { in: old.map(({ id }) => id) } },
      data: { droppedAt: new Date() },
    });
  });
}

async function lockSession(
  transaction: DbOrTransaction,
  sessionId: SessionId,
): Promise<{ isArchived: boolean; startedFrom: Prisma.JsonValue }> {
  const [row] = await transaction.$queryRaw<{ isArchived: boolean; startedFrom: Prisma.JsonValue }[]>`
    SELECT is_archived AS "isArchived", started_from AS "startedFrom"
    FROM session WHERE id = ${sessionId}::uuid FOR UPDATE`;
  if (!row) throw new Error(`There is no session ${sessionId}.`);
  return row;
}
