import type { SessionId } from '@/domain/ids';
import { ReadAnswer, type ReadCommand, type ReadReport } from '@/domain/wire/reads';
import { Prisma } from '@/generated/prisma/client';
import type { Db } from './client';
import { addReadCommand, endReadCommand } from './sandbox-commands';

/** How many looks of one session may wait for their answers at once. */
const MAX_OPEN = 20;

/**
 * Puts a question to the bridge of an epoch. `over`: that epoch is not the present one any more. `busy`: too many
 * wait already. What was left behind by processes that died is cleared away.
 */
export async function askRead(
  db: Db,
  sessionId: SessionId,
  command: ReadCommand,
): Promise<'asked' | 'over' | 'busy'> {
  const { requestId: id, epoch } = command;
  return db.$transaction(
    async (transaction) => {
      // Commands are numbered under the session's lock.
      const present = await transaction.$queryRaw<unknown[]>`
        SELECT id FROM session WHERE id = ${sessionId}::uuid AND epoch = ${epoch}::int FOR UPDATE`;
      if (present.length === 0) return 'over';
      await transaction.$executeRaw`
        DELETE FROM sandbox_read
        WHERE session_id = ${sessionId}::uuid AND created_at < now() - interval '1 minute'`;
      const where = { sessionId, answer: { equals: Prisma.DbNull } };
      if ((await transaction.sandboxRead.count({ where })) >= MAX_OPEN) return 'busy';
      await transaction.sandboxRead.create({ data: { id, sessionId, epoch } });
      await addReadCommand(transaction, sessionId, command);
      return 'asked';
    },
    { timeout: 10_000, maxWait: 10_000 },
  );
}

/** Keeps the first answer of the bridge that was asked; false when nobody waits for it. */
export async function answerRead(
  db: Db,
  { sessionId, epoch }: { sessionId: SessionId; epoch: number },
  { requestId: id, answer }: ReadReport,
): Promise<boolean> {
  const where = { id, sessionId, epoch, answer: { equals: Prisma.DbNull } };
  const { count } = await db.sandboxRead.updateMany({ where, data: { answer } });
  return count > 0;
}

/** The answer, once it is there. */
export async function findReadAnswer(db: Db, requestId: string): Promise<ReadAnswer | null> {
  const row = await db.sandboxRead.findUnique({ where: { id: requestId }, select: { answer: true } });
  return row?.answer ? ReadAnswer.parse(row.answer) : null;
}

/** Forgets a question and its answer: whoever asked has it, or waits no longer. */
export async function endRead(db: Db, sessionId: SessionId, requestId: string): Promise<void> {
  await db.sandboxRead.deleteMany({ where: { id: requestId } });
  await endReadCommand(db, sessionId, requestId);
}

/** Forgets those whose asker died before it could. */
export async function dropStaleReads(db: Db): Promise<void> {
  await db.$executeRaw`DELETE FROM sandbox_read WHERE created_at < now() - interval '1 minute'`;
}
