import { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';

/** A webhook of GitHub as it came. */
export interface StoredDelivery {
  id: string;
  event: string;
  payload: unknown;
}

/** Keeps a delivery until its work is done; false for one that came before. */
export async function storeDelivery(
  db: Db,
  given: { id: string; event: string; payload: Prisma.InputJsonObject },
): Promise<boolean> {
  const { count } = await db.githubDelivery.createMany({ data: [given], skipDuplicates: true });
  return count > 0;
}

/** How long one that was worked on is remembered; GitHub lets people send one again for three days. */
const REMEMBERED = Prisma.sql`interval '7 days'`;

/** Work that fails is done again ever later, and after this many times given up: by then GitHub was asked anew anyway. */
const MAX_TRIES = 10;

/** What came of a look for work: none was there, it was done, or it failed and is due again later. */
export type Worked = 'none' | 'done' | { failed: StoredDelivery; error: unknown };

/**
 * Takes the oldest delivery that is due and does its work: that, and that it is done, are one transaction. Another
 * process at the same time takes another, and one that fails holds up none behind it.
 */
export async function workOnDelivery(
  db: Db,
  work: (transaction: Prisma.TransactionClient, delivery: StoredDelivery) => Promise<void>,
): Promise<Worked> {
  const taken: StoredDelivery[] = [];
  try {
    return await db.$transaction(
      async (transaction) => {
        const [delivery] = await transaction.$queryRaw<StoredDelivery[]>`
          SELECT id, event, payload FROM github_delivery WHERE processed_at IS NULL AND try_at <= now()
          ORDER BY received_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
        if (!delivery) return 'none';
        taken.push(delivery);
        await work(transaction, delivery);
        await transaction.$executeRaw`
          UPDATE github_delivery SET processed_at = now(), payload = '{}' WHERE id = ${delivery.id}`;
        return 'done';
      },
      { timeout: 15_000 },
    );
  } catch (error) {
    const [failed] = taken;
    if (!failed) throw error;
    await postpone(db, failed.id);
    return { failed, error };
  }
}

async function postpone(db: Db, id: string): Promise<void> {
  await db.$executeRaw`
    UPDATE github_delivery
    SET tries = tries + 1, try_at = now() + make_interval(mins => (2 ^ tries)::int),
        processed_at = CASE WHEN tries + 1 >= ${MAX_TRIES}::int THEN now() END
    WHERE id = ${id} AND processed_at IS NULL`;
}

/** Forgets those whose work was done long ago. */
export async function dropOldDeliveries(db: Db): Promise<void> {
  await db.$executeRaw`DELETE FROM github_delivery WHERE processed_at < now() - ${REMEMBERED}`;
}
