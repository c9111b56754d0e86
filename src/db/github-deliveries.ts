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

/**
 * Takes the oldest delivery that waits and does its work: that, and that it is done, are one transaction. Another
 * process at the same time takes another. False when none waits.
 */
export function workOnDelivery(
  db: Db,
  work: (transaction: Prisma.TransactionClient, delivery: StoredDelivery) => Promise<void>,
): Promise<boolean> {
  return db.$transaction(
    async (transaction) => {
      const [delivery] = await transaction.$queryRaw<StoredDelivery[]>`
        SELECT id, event, payload FROM github_delivery WHERE processed_at IS NULL
        ORDER BY received_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
      if (!delivery) return false;
      await work(transaction, delivery);
      await transaction.$executeRaw`
        UPDATE github_delivery SET processed_at = now(), payload = '{}' WHERE id = ${delivery.id}`;
      return true;
    },
    { timeout: 15_000 },
  );
}

/** Forgets those whose work was done long ago. */
export async function dropOldDeliveries(db: Db): Promise<void> {
  await db.$executeRaw`DELETE FROM github_delivery WHERE processed_at < now() - ${REMEMBERED}`;
}
